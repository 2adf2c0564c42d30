"""Honest benchmarks: `make bench`, or one of them as `python -m bench.NAME`; each prints a section of Markdown.

Whatever is compared runs in turn in one sitting, and what is printed are medians with their spread. `--quick` is for
trying them: its figures are worth nothing.
"""
