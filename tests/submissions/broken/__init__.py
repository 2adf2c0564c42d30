"""Broken and odd submissions, made by code: each `Kind` writes one folder and says what must come of it."""

from submissions.broken import code, files, folders, formats, names
from submissions.broken.kinds import ALL, Kind

__all__ = ["ALL", "KINDS", "Kind"]

KINDS: list[Kind] = [
    kind
    for module in (files, folders, formats, code, names)
    for found in vars(module).values()
    for kind in (found if isinstance(found, list) else [found])
    if isinstance(kind, Kind)
]
