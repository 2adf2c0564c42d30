"""Where the kit's own files lie."""

from pathlib import Path

NAME = "bptt"  # of the assignment: of its folder, and of the notebook in it
KIT = Path(__file__).resolve().parents[2]
# In a checkout the course's sources lie beside the package, in an installed kit inside it (one top-level name).
SOLUTION = next(folder for folder in (KIT / "solution", KIT.parent / "solution") if folder.is_dir())
SAMPLES = KIT / "suite" / "samples"
