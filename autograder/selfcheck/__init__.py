"""The sources of the students' `selfcheck.py`. The build puts them into one file, which knows no solution."""
