"""What pages and jobs take on large books, each beside its floor: the same rows by plain SQL."""
