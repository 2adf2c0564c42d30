"""All benchmarks, one after the other, into `docs/benchmarks.md`."""

import os
import platform
import subprocess
import sys
import venv
from importlib.metadata import version

from bench.timing import QUICK, ROOT

_PEERS = {"autodiff": ("numpy>=2,<3", "matplotlib>=3.8,<4", "torch==2.13.0", "jax", "jaxlib")}  # plain torch is CUDA's
PARTS = (
    "startup",
    "selfcheck",
    "engine",
    "imports",
    "nbgrader",
    "autodiff",
    "busy",
    "scale",
)  # after scale the disk is still busy: it comes last


def _python(part: str) -> str:
    """The interpreter for one part: this one, or that of an environment of its own, made on first use below `.bench/`."""
    if part not in _PEERS:
        return sys.executable
    home = ROOT / ".bench" / part
    python = home / "bin" / "python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PEERS[part]]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (home / "installed").touch()
    return str(python)


def main() -> None:
    here = [f"{os.cpu_count()} cores", platform.machine(), f"Python {platform.python_version()}"]
    here += [f"{name} {version(name)}" for name in ("numpy", "scipy", "nbgrader", "pytest")]
    text = [f"# Benchmarks\n\nWritten by `make bench` on {', '.join(here)}. Medians, and from where to where they go."]
    failed = []
    for part in PARTS:
        print(f"bench.{part}", file=sys.stderr)
        command = [_python(part), "-m", f"bench.{part}", *(["--quick"] if QUICK else [])]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            failed.append(part)
        else:
            text.append(done.stdout.strip())
            print(done.stdout, file=sys.stderr)
    page = "\n\n".join(text) + "\n"
    if failed:
        sys.exit(f"{', '.join(failed)} failed; nothing was written")
    if QUICK:
        print(page)
    else:
        (ROOT / "docs").mkdir(exist_ok=True)
        (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
