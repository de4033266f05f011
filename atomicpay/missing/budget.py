"""How long the counts of one answer may take."""

from typing import Final

SECONDS: Final = 0.2
"""All counts of one answer together. The figure of the whole, 300 ms, leaves room for the rest."""
