"""Speed as ratios of one run: ours beside a bare reference. Reported, never asserted."""
