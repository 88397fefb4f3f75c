"""Floor 5: every wish of a user, one function each; the command line, the screens and the Python API act through it."""
