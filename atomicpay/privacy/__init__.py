"""What the law gives a person: everything that is held about them, and to be taken out of the books."""
