"""Books of any size, written by the database itself in a few statements: to measure, not to look at."""
