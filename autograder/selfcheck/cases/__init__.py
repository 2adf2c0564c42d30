"""The public cases: what a student's functions are tried on, one task a file."""
