"""三议: the resolution of party members and representatives, and the votes of owners."""
