"""Books of any size, written by the database itself in a few statements: for measuring, not for looking at."""
