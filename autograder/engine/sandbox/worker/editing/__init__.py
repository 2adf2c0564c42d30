"""Small edits of a function, and what leads to its line. The students' `selfcheck.py` holds a copy: no solution stands here."""
