"""一议: the two committees turn what was heard into the first version of the plan."""
