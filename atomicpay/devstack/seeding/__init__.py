"""Invented books: a small, rich demo for people, and a large, plain one for measuring.

The same seed gives the same rows. Nobody in them exists: every address ends in .example (RFC 2606).
"""
