"""Files people bring and PDFs the program makes, both kept by the SHA-256 of their bytes."""
