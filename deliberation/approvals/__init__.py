"""Two people for whatever is dangerous: one proposes, another approves exactly what was shown."""
