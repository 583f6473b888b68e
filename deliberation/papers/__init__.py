"""Papers that people fill in and staff keep: forms, minutes, the dossier's cover and index."""
