"""来龙去脉: what was said, planned, promised, voted on and paid, followed both ways."""
