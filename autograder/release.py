"""Builds what students and instructors open, and says where it has drifted from its sources.

The solved notebook and the self-check go into `solution/bptt/`, nbgrader's source step; nbgrader itself makes
`assignment/bptt/` from them. All of it is committed, so that it can be read without running anything.
"""

import ast
import json
import re
import shutil
import tempfile
from pathlib import Path

import nbformat

from autograder import nbgrader
from autograder.notebook import functions, solved_notebook
from autograder.reference import SOLUTION, locked_cells
from autograder.tasks import WRITTEN

# What a student gets, and nothing else. The two generated files are written by `build`; the others lie in solution/bptt/.
RELEASED = ("README.md", "bptt.ipynb", "conftest.py", "pytest.ini", "selfcheck.py", "test_bptt.py")
_MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "AUTOTEST", "autograder")
_IMPORT = re.compile(r"^from autograder\.(\w+) import [\w, ]+\n", re.MULTILINE)


def selfcheck_source() -> str:
    """The self-check as the one file that students get: `solution/selfcheck.py` with the kit's modules that it imports."""
    source = (SOLUTION / "selfcheck.py").read_text(encoding="utf-8")
    modules = dict.fromkeys(_IMPORT.findall(source))
    bodies = []
    for name in modules:
        text = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        modules[name] = _IMPORT.sub("", text)
        bodies.append(f"# --- from the kit's {name}.py ---\n\n{_without_head(modules[name])}")
    head, own = _split_head(_IMPORT.sub("", source))
    imports = _merged_imports([source, *modules.values()])
    return "\n".join([head, "", *imports, "", "", "\n\n".join(bodies), f"# --- the self-check ---\n\n{own}"])


def _split_head(text: str) -> tuple[str, str]:
    """A module's docstring, and what follows its imports."""
    tree = ast.parse(text)
    lines = text.split("\n")
    last_import = max(node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    return "\n".join(lines[: tree.body[0].end_lineno]), "\n".join(lines[last_import:]).strip("\n") + "\n"


def _without_head(text: str) -> str:
    return _split_head(text)[1]


def _merged_imports(texts: list[str]) -> list[str]:
    """The imports of all modules, each once: the standard library's, a blank line, NumPy's."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    for node in (node for text in texts for node in ast.parse(text).body):
        if isinstance(node, ast.Import):
            plain.add(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith("autograder"):
            named.setdefault(node.module, set()).update(ast.unparse(name) for name in node.names)
    numpy = sorted(line for line in plain if "numpy" in line)
    from_lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items())]
    return [*sorted(plain - set(numpy)), *from_lines, "", *numpy]


def build(root: Path) -> None:
    """Write the solved notebook and the self-check into `solution/bptt/`, and nbgrader's release into `assignment/bptt/`."""
    source, release = root / "solution" / "bptt", root / "assignment" / "bptt"
    source.mkdir(parents=True, exist_ok=True)
    (source / "selfcheck.py").write_text(selfcheck_source(), encoding="utf-8", newline="\n")
    text = nbformat.writes(solved_notebook()) + "\n"
    (source / "bptt.ipynb").write_text(text, encoding="utf-8", newline="\n")
    locked_cells.cache_clear()
    with tempfile.TemporaryDirectory() as made:
        nbgrader.generate_release(root / "solution", Path(made))
        shutil.rmtree(release, ignore_errors=True)
        shutil.copytree(Path(made) / "bptt", release)


def drift(root: Path) -> list[str]:
    """What is wrong with the committed notebooks, one sentence each; empty where a fresh build gives the same bytes."""
    with tempfile.TemporaryDirectory() as made:
        fresh = Path(made)
        shutil.copytree(root / "solution", fresh / "solution", ignore=shutil.ignore_patterns("__pycache__", ".*"))
        build(fresh)
        faults = []
        for folder in ("solution/bptt", "assignment/bptt"):
            faults += _differences(root / folder, fresh / folder, folder)
    return faults + _leaks(root / "assignment" / "bptt")


def _differences(committed: Path, fresh: Path, folder: str) -> list[str]:
    def names(path: Path) -> set[str]:
        hidden = ("__pycache__", ".pytest_cache", ".ipynb_checkpoints")
        return {f.relative_to(path).as_posix() for f in path.rglob("*") if f.is_file() and not set(hidden) & set(f.parts)}

    faults = [f"{folder}/{name} is not a file of the release: delete it" for name in sorted(names(committed) - set(RELEASED))]
    for name in RELEASED:
        ours, theirs = committed / name, fresh / name
        if not ours.is_file() or not theirs.is_file():
            faults.append(f"{folder}/{name} is missing: run `python -m autograder build`")
        elif ours.read_bytes() != theirs.read_bytes():
            faults.append(f"{folder}/{name} differs from a fresh build: run `python -m autograder build`")
    return faults


def _leaks(release: Path) -> list[str]:
    """Solutions, hidden parts and markers in the release."""
    faults = []
    notebook = json.loads((release / "bptt.ipynb").read_text(encoding="utf-8"))
    texts = {name: (release / name).read_text(encoding="utf-8") for name in RELEASED if not name.endswith(".ipynb")}
    texts |= {f"bptt.ipynb, cell {cell['id']}": "".join(cell["source"]) for cell in notebook["cells"]}
    secret = [line.strip() for body in _solutions() for line in body.split("\n") if len(line.strip()) > 20]
    for name, text in texts.items():
        faults += [f"assignment/bptt/{name} holds the marker {m!r}" for m in _MARKERS if m in text]
        faults += [f"assignment/bptt/{name} holds a line of a solution: {line}" for line in secret if line in text]
    return faults


def _solutions() -> list[str]:
    """What no student may see: the bodies between the solution marks, and the model answers."""
    bodies = [source.split("### BEGIN SOLUTION")[1] for source in functions().values() if "### BEGIN SOLUTION" in source]
    written = {entry.id for entry in WRITTEN}
    return bodies + [cell.source for cell in solved_notebook().cells if cell.id in written]
