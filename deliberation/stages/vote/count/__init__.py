"""Adding up: the sums of a result and what they decide."""
