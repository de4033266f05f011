"""How Django writes dates where neither a template nor a column does: one package for each language."""
