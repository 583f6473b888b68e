"""The stages of the line, one folder each, in the words of the procedure."""
