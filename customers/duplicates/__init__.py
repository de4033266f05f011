"""Which records may be of one person: found with evidence, decided by the team, never joined by itself."""
