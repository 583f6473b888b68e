"""The kit of every page: rendering, forms, guards, errors. It knows no feature."""
