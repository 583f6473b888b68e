"""The machine and its care: backups, and what an administrator has to know of it."""
