"""Staged rows written into the books, in sets, one chunk of customers after the other."""
