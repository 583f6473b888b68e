"""A household looks at what staff wrote down in its name: right, or wrong and how."""
