"""Who may vote for a household or an owner: in writing, listed before the vote opens."""
