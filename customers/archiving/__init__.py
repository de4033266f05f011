"""Putting a customer out of sight and back, and what that touches."""
