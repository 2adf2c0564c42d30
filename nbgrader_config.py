"""This repository is a ready nbgrader course: https://nbgrader.readthedocs.io. The kit configures it."""

from autograder.nbgrader import configure

c = get_config()  # nbgrader defines it
configure(c, source="solution", release="assignment")
