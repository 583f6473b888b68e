"""Paper in a vote: numbered sheets of named ones, unmarked papers of secret ones, and what is
printed for both."""
