"""Environments of their own for what is compared with the kit: made on first use below `.bench/`."""

import subprocess
import sys
import venv
from pathlib import Path

from bench.timing import ROOT

_PACKAGES = {
    "autodiff": ("numpy>=2,<3", "matplotlib>=3.8,<4", "torch==2.13.0", "jax", "jaxlib"),  # plain torch is CUDA's
    "peers": ("otter-grader>=7,<8", "ipykernel", "numpy>=2,<3", "scipy", "pytest"),
}


def python_of(part: str) -> Path:
    """The interpreter for one part: this one, or that of its own environment."""
    if part not in _PACKAGES:
        return Path(sys.executable)
    home = ROOT / ".bench" / part
    python = home / "bin" / "python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PACKAGES[part]]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (home / "installed").touch()
    return python
