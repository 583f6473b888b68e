"""Resident rolls: what a community's spreadsheet says, before anything is written.

`sheets.read_sheets` turns a file into rows, `parsing.parse` turns rows into households, refusals
and warnings. Both are pure: no database, no clock, nothing evaluated. `sample.rows` is the invented
roll of the demo community.
"""
