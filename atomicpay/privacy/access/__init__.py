"""Everything held about one person, in one archive of readable files (LGPD art. 18 II)."""
