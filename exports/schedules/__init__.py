"""Exports that are asked for by the clock, with the rights their owner has at that moment."""
