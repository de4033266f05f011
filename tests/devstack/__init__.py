"""The development stack, with the real servers it starts."""
