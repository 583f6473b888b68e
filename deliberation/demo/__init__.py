"""Sample data: a community, its people, what they say, and a matter carried along the line.

`deliberation walk` carries one matter through every stage by program; `deliberation demo` loads
several that stand at different stages. Everybody in it is invented.
"""
