"""What runs a student's cells, as IPython does: it answers to `get_ipython()`, and keeps what cells write to files."""

import contextlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .cells import compiled, execute, execute_below, future_of, guarded_imports, written_file
from .imports import AbsentFinder, Swallow


class Shell(Swallow):
    """Runs text in the student's namespace. Of IPython's own it has the magics that run code; all others do nothing."""

    def __init__(self, namespace: dict[str, Any], absent: AbsentFinder) -> None:
        super().__init__()
        self.files = Files()
        self.user_ns = namespace
        self._absent = absent
        self._future = 0
        sys.meta_path.insert(sys.meta_path.index(absent), self.files)

    def run(self, source: str, filename: str) -> None:
        """Run a cell. A statement that fails costs itself alone: those below it run as well, and then its error is raised."""
        self.files.keep(source, filename)
        code, text = compiled(source, filename, self._future)
        self._future |= future_of(code)
        self._absent.guarded |= guarded_imports(text)
        try:
            execute(code, self.user_ns)
        except MemoryError:  # what was to be computed is not there, and more would not fit either
            raise
        except Exception as error:
            execute_below(error, text, filename, self._future, self.user_ns)
            raise

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """What an exported notebook has in place of a cell with `%%name` at its top. What fails in it costs nothing else."""
        with contextlib.suppress(Exception):
            self.run(f"%%{name} {line}\n{cell}", "<magic>")

    def run_line_magic(self, name: str, line: str, *more: Any) -> Any:
        with contextlib.suppress(Exception):
            if name == "run":
                self.files.run(line.strip("\"' ").partition(" ")[0], self.user_ns)
            elif name == "time":
                self.run(line, "<magic>")
        return Swallow()


class Files:
    """What cells write to files by `%%writefile`: there is no file system, but these can be imported and `%run`."""

    def __init__(self) -> None:
        self._written: dict[str, list[tuple[str, str]]] = {}  # by path the pieces: where each comes from, and its text

    def keep(self, source: str, filename: str) -> None:
        """Keep what this cell writes to a file, if it does."""
        found = written_file(source) if "%%" in source else None
        if found:
            path, text, added = found
            pieces = self._written.pop(path, []) if added else []
            self._written[path] = [*pieces, (filename, text)]

    def run(self, path: str, namespace: dict[str, Any]) -> None:
        """Run a file that was written, if it was, as `%run` does."""
        found = self._find(path.removesuffix(".py") + ".py")
        for filename, text in self._written.get(found, []):
            exec(compile(text, filename, "exec", dont_inherit=True), namespace)

    def _find(self, path: str) -> str:
        """The last file written whose path ends like this: it may be that of any folder."""
        return next(
            (name for name in reversed(self._written) if f"/{name}".endswith("/" + path.removeprefix("./"))), ""
        )

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        wanted = name.replace(".", "/")
        file, package = self._find(f"{wanted}.py"), self._find(f"{wanted}/__init__.py")
        if file or package or any(f"/{wanted}/" in f"/{path}" for path in self._written):
            return ModuleSpec(name, self, loader_state=file or package, is_package=not file)  # type: ignore[arg-type]  # it has the methods of one
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        file = module.__spec__.loader_state if module.__spec__ else ""
        for filename, text in self._written.get(file, []):
            exec(compile(text, filename, "exec", dont_inherit=True), module.__dict__)
