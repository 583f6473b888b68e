"""两公开: the notice of the resolution and the notice of the result."""
