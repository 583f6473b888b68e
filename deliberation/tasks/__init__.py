"""待办: what waits for whom, with dates, over all matters. The one place that computes it."""
