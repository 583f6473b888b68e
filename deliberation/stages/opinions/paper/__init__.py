"""Opinions on paper: a form for every door, what comes back scanned, and a clerk who reads it."""
