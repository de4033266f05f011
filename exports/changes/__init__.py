"""What changed between two exports of the same view: new, changed and gone rows, and why."""
