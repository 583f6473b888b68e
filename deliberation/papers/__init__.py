"""Papers that people fill in and staff keep: forms, the dossier's cover and index."""
