"""Honest work written in odd ways: each is right, and gets full marks."""
