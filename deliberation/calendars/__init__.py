"""The official holiday tables, entered by an administrator each November."""
