"""Joining the records of one person into one, and taking that back to the byte."""
