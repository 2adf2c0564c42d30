"""From narrative and reference to the notebooks of `solution/` and `assignment/`."""
