"""What is imported behind the walls: by a library as in plain Python, by a student what there is or a stand-in."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import LIMITS

from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call
from autograder.engine.sandbox.worker import imports as modules

ABSENT = (
    "_winapi winreg msvcrt json.nothing numpy.nothing numpy.linalg.nothing encodings.nothing tkinter turtle".split()
)
SANDBOX = Path(modules.__file__).parents[1]


@pytest.fixture(scope="module")
def warm():
    """One warm worker for this file."""
    with Sandbox(LIMITS) as worker:
        yield worker


@pytest.fixture
def finder(monkeypatch):
    """The finder of a process with few modules, at work in this process; the end of the process is an exception."""

    def leave(status: int) -> None:
        raise EOFError(status)

    found = modules.AbsentFinder()
    found.elsewhere = modules.offered()
    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(sys, "meta_path", [found])
    for name in [
        *ABSENT,
        "graphlib",
        "numpy.matlib",
        "nobody_has_this",
        "matplotlib",
        "matplotlib.pyplot",
        "java",
        "java.lang",
    ]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    before = set(sys.modules)
    yield found
    for name in set(sys.modules) - before:  # a stand-in left behind would be taken for the library
        if (
            getattr(getattr(sys.modules[name], "__spec__", None), "loader", None) is found
            or name.split(".")[0] == "matplotlib"
        ):
            del sys.modules[name]


@pytest.mark.parametrize("importer", ["__main__", "ntpath", "numpy.testing"])
@pytest.mark.parametrize("name", ABSENT)
def test_a_module_that_no_process_has(finder, name, importer):
    """A name of the standard library that is not on this system ends no process, whoever imports it."""
    with pytest.raises(ModuleNotFoundError):
        exec(f"import {name}", {"__name__": importer})


@pytest.mark.parametrize("importer", ["__main__", "numpy", "copy"])
@pytest.mark.parametrize("name", ["graphlib", "numpy.matlib"])
def test_a_module_that_another_process_has(finder, name, importer):
    """A module that exists and is not loaded here ends the process, with the status that asks for the other one."""
    with pytest.raises(EOFError, match=str(modules.MISSING_MODULE)):
        exec(f"import {name}", {"__name__": importer})


@pytest.mark.parametrize("importer", ["copy", "platform", "numpy.__config__", "scipy._lib._ccallback"])
@pytest.mark.parametrize("line", ["import nobody_has_this", "from java.lang import System"])
def test_a_foreign_module_that_a_library_tries(finder, line, importer):
    """What the standard library, NumPy or SciPy tries to import of other packages is not there: it has another way."""
    with pytest.raises(ModuleNotFoundError):
        exec(line, {"__name__": importer})


@pytest.mark.parametrize("line", ["import nobody_has_this", "__import__('importlib').import_module('nobody_has_this')"])
def test_a_foreign_module_that_a_student_imports(finder, line):
    """A student's own import of another package gets the stand-in, through the machinery of imports as well."""
    for name in ("__main__", "bptt", 3):
        exec(line, {"__name__": name})
        assert isinstance(sys.modules.pop("nobody_has_this"), modules._Absent)


def test_a_plot_that_a_library_draws(finder):
    """Plots cost nothing where a library draws them either."""
    exec("import matplotlib.pyplot as plt\nplt.plot([1])", {"__name__": "scipy.cluster.hierarchy"})


# Where the libraries import something only when they are called, on this or another version of Python, NumPy and SciPy.
PLAIN = {
    "a system's own module": "import ntpath, shutil, mimetypes, platform\nplatform.platform()\nmimetypes.guess_type('a.txt')",
    "a module of another system": "try:\n    import _winapi\n    x = 0\nexcept ImportError:\n    x = 7",
    "a module that is not there": "try:\n    import json.nothing\n    x = 0\nexcept ImportError:\n    x = 7",
    "NumPy's settings": "import numpy as np\nnp.show_config()",
    "a seed of text": "import random\nrandom.seed('text')",
    "a long number": "import sys\nsys.set_int_max_str_digits(0)\nassert int(str(10**6000)) == 10**6000",
    "a printed traceback": "import traceback\ntry:\n    x = unknown\nexcept NameError:\n    traceback.print_exc()\n    x = 7",
    "a rare encoding": "assert 'a'.encode('utf-8-sig')[-1:] == 'a'.encode('cp1250')",
    "an encoding that is none": "try:\n    ''.encode('nothing')\nexcept LookupError:\n    x = 7",
    "a power of a matrix": "import numpy as np, scipy.linalg\nscipy.linalg.fractional_matrix_power(np.eye(2), 0.5)",
    "a logarithm of a matrix": "import numpy as np, scipy.linalg\nscipy.linalg.logm(np.diag([1.0, 2.0]))",
    "a solver": "from scipy.optimize import minimize\nminimize(lambda x: x @ x, [1, 2], method='COBYLA')",
    "a dendrogram": "from scipy.cluster.hierarchy import dendrogram, linkage\ndendrogram(linkage([[1.0, 2], [3, 4], [5, 7]]))",
    "a module of a module": "from multiprocessing.dummy import Pool\nassert Pool(2).map(abs, [-7]) == [7]",
    "a part of NumPy by its name": "import numpy as np\nassert np.char.add('a', 'b') == 'ab'",
    "the settings of Python": "import sysconfig\nassert sysconfig.get_config_var('EXT_SUFFIX')",
    "another module's help": "from xml.dom.minidom import parseString\nparseString('<a/>')\nimport unittest, logging.config",
}


@pytest.mark.parametrize("kind", PLAIN)
def test_libraries_work_as_in_plain_python(warm, kind):
    """A function of the standard library, NumPy or SciPy finds what it imports when it is called."""
    with warm.open("__main__", ["x = 7", PLAIN[kind], "def f(): return x"]) as room:
        answer = room.ask([Call("f", (), "array")])[0]
        assert room.errors == {}
    assert answer.value == 7


def test_a_finder_of_another_package(warm):
    """What other packages of the grader's own environment have hooked into imports is not asked for students' imports."""
    source = "import sys\ndef f(): return float(len(sys.meta_path))"
    with warm.open("__main__", [source]) as room:
        assert room.ask([Call("f", (), "array")])[0].value == 5


# Of other systems, for compiling and for testing, and for packages that the grader does not have.
LEFT_OUT = re.compile(
    r"_(aix|android|apple|ios|osx)_support|_pyrepl|.*win32|encodings\.mbcs|numpy\.distutils|numpy\.f2py\._backends"
    r"|.*_tests$|.*array_api_compat\.(cupy|dask|torch)|distutils\.|.*\.conftest"
)


def _in_functions(body: list[ast.AST], inside: bool = False) -> Iterator[ast.AST]:
    """The statements that run when a function is called; no expression is looked at, for none imports anything."""
    for node in body:
        if inside:
            yield node
        within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _in_functions(getattr(node, part, []), within)


def _imported_late(module: str, file: Path, is_package: bool) -> set[str]:
    """The modules, in full, that the functions of a library's module import."""
    package = module if is_package else module.rpartition(".")[0]
    lines = list(_in_functions(ast.parse(file.read_bytes()).body))
    found = {alias.name for node in lines if isinstance(node, ast.Import) for alias in node.names}
    for node in (node for node in lines if isinstance(node, ast.ImportFrom)):
        base = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
        whole = ".".join([*base, *([node.module] if node.module else [])])
        found |= {whole, *(f"{whole}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.slow
def test_what_libraries_import_late_is_there(tmp_path):
    """Every module that a function of a loaded library imports is loaded: one that a new version adds is seen here."""
    script = """
import json, sys
from worker import imports as modules
modules.preload("all")
files = {name: (getattr(module, "__file__", None) or "", hasattr(module, "__path__")) for name, module in sys.modules.items()}
open(sys.argv[1], "w").write(json.dumps([files, sorted(modules.offered())]))
"""
    said = tmp_path / "said.json"
    command = [sys.executable, "-c", script, said]
    subprocess.run(command, cwd=SANDBOX, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    files, offered = json.loads(said.read_text(encoding="utf-8"))
    late = {
        name
        for module, (file, is_package) in files.items()
        if file.endswith(".py") and module.partition(".")[0] in modules.LIBRARIES
        for name in _imported_late(module, Path(file), is_package)
    }
    assert len(late) > 300
    assert sorted(name for name in late & set(offered) - set(files) if not LEFT_OUT.match(name)) == []
