"""Door-to-door rounds: who knocked where, what is left to walk, and how many were heard."""
