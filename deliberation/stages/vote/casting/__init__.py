"""Taking ballots: from the form to the stored row, grouped, secret where the vote is."""
