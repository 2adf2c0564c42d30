"""Handed in as it was released."""
# starts from: release
