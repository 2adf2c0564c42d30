"""Environments of their own for what is compared with the kit, or runs without it: made on first use below `.bench/`."""

import subprocess
import sys
import venv
from pathlib import Path

from bench.timing import ROOT

_PACKAGES = {
    "autodiff": ("numpy>=2,<3", "matplotlib>=3.8,<4", "torch==2.13.0", "jax", "jaxlib"),  # plain torch is CUDA's
    "peers": ("otter-grader>=7,<8", "ipykernel", "numpy>=2,<3", "scipy", "pytest"),
}


def python_of(name: str) -> Path:
    """The interpreter of one environment."""
    home = ROOT / ".bench" / name
    python = home / "bin" / "python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PACKAGES[name]]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (home / "installed").touch()
    return python
