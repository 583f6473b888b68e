"""一征: residents are heard, and every word is answered with a reason."""
