"""Who votes: the lines of a roll, their posting, their corrections, and whose they are."""
