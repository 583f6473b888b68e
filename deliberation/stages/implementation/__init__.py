"""实施: milestones, spending per plan item, variations."""
