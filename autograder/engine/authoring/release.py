"""Builds what students and instructors open, and says where it has drifted from its sources.

The solved notebook and the self-check go into `solution/bptt/`, nbgrader's source step; nbgrader itself makes
`assignment/bptt/` from them. All of it is committed, so that it can be read without running anything.
"""

import ast
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat

from autograder.engine.authoring import coherence, public_cases, tour
from autograder.engine.authoring.notebook import BuildError, functions, solved_notebook, with_versions
from autograder.engine.core.places import KIT
from autograder.engine.core.raised import raised
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import released
from autograder.nbgrader.generate import generate_release

# What a student gets, and nothing else. `build` writes two of the files, and the versions into the README.
RELEASED = ("README.md", "bptt.ipynb", "conftest.py", "pytest.ini", "selfcheck.py")
_MARKERS = (
    "BEGIN SOLUTION",
    "END SOLUTION",
    "HIDDEN TESTS",
    "MARK SCHEME",
    "AUTOTEST",
    "import autograder",
    "from autograder",
)


def selfcheck_source() -> str:
    """The self-check as the one file that students get: its main module with the modules of ours that it imports."""
    main = KIT / "selfcheck" / "main.py"
    modules = _with_imported(main)
    head = modules[main].split("\n\nimport ")[0]
    first = (KIT / "selfcheck" / "seat.py").read_text(encoding="utf-8").split('"""', 2)[2].strip("\n")
    bodies = [f"# --- {path.stem} ---\n\n{_without_imports(text)}" for path, text in modules.items()]
    return "\n".join([head, "", first, "", *_merged_imports(list(modules.values())), "", "", "\n\n".join(bodies)])


def _with_imported(path: Path, found: dict[Path, str] | None = None) -> dict[Path, str]:
    """To those `found` so far, a module's text and those of our modules that it imports, each behind what it needs itself."""
    found = {} if found is None else found
    try:
        text = path.read_text(encoding="utf-8")
        parsed = ast.parse(text, str(path))
    except OSError:
        raise BuildError(
            f"the self-check imports autograder/{path.relative_to(KIT).as_posix()}, which is not there"
        ) from None
    except SyntaxError as error:
        raise BuildError(f"the self-check cannot be read: {raised(error)}") from None
    for node in parsed.body:
        if isinstance(node, ast.ImportFrom) and (ours := _ours(node, path)) and ours not in found:
            _with_imported(ours, found)
    found[path] = text
    return found


def _ours(node: ast.ImportFrom, path: Path = KIT) -> Path | None:
    """The file of a module that has to be inlined, or None for one that students have. `path` is the file that imports it."""
    if node.module and node.level:
        return path.parents[node.level - 1].joinpath(*node.module.split(".")).with_suffix(".py")
    if node.module and node.module.startswith("autograder."):
        return KIT.joinpath(*node.module.split(".")[1:]).with_suffix(".py")
    return None


def _without_imports(text: str) -> str:
    """What follows a module's docstring and imports."""
    docstring, *others = ast.parse(text).body
    head = [docstring, *(node for node in others if isinstance(node, ast.Import | ast.ImportFrom))]
    last = max(node.end_lineno or 0 for node in head)
    return "\n".join(text.split("\n")[last:]).strip("\n") + "\n"


def _merged_imports(texts: list[str]) -> list[str]:
    """The imports of all modules, each once: the standard library's, a blank line, NumPy's."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    for node in (node for text in texts for node in ast.parse(text).body):
        if isinstance(node, ast.Import):
            plain.add(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom) and node.module and not _ours(node):
            named.setdefault(node.module, set()).update(ast.unparse(name) for name in node.names)
    numpy = sorted(line for line in plain if "numpy" in line)
    from_lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items())]
    return [*sorted(plain - set(numpy)), *from_lines, "", *numpy]


def build(root: Path) -> None:
    """Write notebook, self-check and versions into `solution/bptt/`, and nbgrader's release into `assignment/bptt/`."""
    if missing := tour.missing():
        raise BuildError("\n".join(missing))
    source, release = root / "solution" / "bptt", root / "assignment" / "bptt"
    source.mkdir(parents=True, exist_ok=True)
    readme = source / "README.md"
    text = with_versions(readme.read_text(encoding="utf-8"), "solution/bptt/README.md")
    readme.write_text(text, encoding="utf-8", newline="\n")
    (source / "selfcheck.py").write_text(selfcheck_source(), encoding="utf-8", newline="\n")
    text = nbformat.writes(solved_notebook()) + "\n"
    (source / "bptt.ipynb").write_text(text, encoding="utf-8", newline="\n")
    released.cache_clear()
    with tempfile.TemporaryDirectory() as made:
        generate_release(root / "solution", Path(made))
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
    public = public_cases.faults(selfcheck_source(), ASSIGNMENT)
    return [*faults, *_leaks(root / "assignment" / "bptt"), *coherence.faults(), *public]


def _differences(committed: Path, fresh: Path, folder: str) -> list[str]:
    def names(path: Path) -> set[str]:
        hidden = ("__pycache__", ".pytest_cache", ".ipynb_checkpoints")
        return {
            f.relative_to(path).as_posix() for f in path.rglob("*") if f.is_file() and not set(hidden) & set(f.parts)
        }

    faults = [
        f"{folder}/{name} is not a file of the release: delete it" for name in sorted(names(committed) - set(RELEASED))
    ]
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
    present = [name for name in RELEASED if (release / name).is_file() and not name.endswith(".ipynb")]
    texts = {name: (release / name).read_text(encoding="utf-8") for name in present}
    texts |= {f"bptt.ipynb, cell {cell['id']}": "".join(cell["source"]) for cell in _cells(release / "bptt.ipynb")}
    secret = [line.strip() for body in _solutions() for line in body.split("\n") if len(line.strip()) > 20]
    for name, text in texts.items():
        faults += [f"assignment/bptt/{name} holds the marker {m!r}" for m in _MARKERS if m in text]
        faults += [f"assignment/bptt/{name} holds a line of a solution: {line}" for line in secret if line in text]
    return faults


def _cells(notebook: Path) -> list[dict[str, Any]]:
    """Its cells; none of a file that is missing or damaged, which is named as such already."""
    try:
        return list(json.loads(notebook.read_text(encoding="utf-8"))["cells"])
    except (OSError, ValueError, KeyError):
        return []


def _solutions() -> list[str]:
    """What no student may see: the bodies between the solution marks, and the model answers."""
    bodies = [
        source.split("### BEGIN SOLUTION")[1] for source in functions().values() if "### BEGIN SOLUTION" in source
    ]
    written = {entry.id for entry in ASSIGNMENT.written}
    return bodies + [cell.source for cell in solved_notebook().cells if cell.id in written]
