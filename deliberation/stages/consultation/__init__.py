"""二议: the organisations concerned answer in writing and the final plan is frozen."""
