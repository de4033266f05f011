"""Whether two records are of one person, computed from their values alone: no model and no read in here."""
