"""Long runs that are too slow for every change: `make soak`. Counts are asserted, times printed."""
