"""Mutants of the code that decides a verdict, each of which a test must kill. `make mutants` runs them all.

A mutant is the kit with one operator, number, condition or loop changed. It runs in a child of this process: the kit is
imported afresh there, with the mutated module in place of its own, and then the tests run that are meant for it.
`python tests/mutants.py closeness` asks for one module, and `--sample 200` for that many, drawn by a fixed seed.
"""

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import os
import random
import resource
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
    "1"  # of plugins the tests need none, and each costs time for each mutant
)
import pytest
from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from rich.progress import track

HERE = Path(__file__).resolve().parent
KIT = HERE.parent / "autograder"
CPU_S = 20  # of one mutant: its tests take less than one, and whoever does not end is noticed
WALL_S = 300  # of one that sleeps
# By module, from the kit's folder: the tests that are meant to kill its mutants, and are quick.
TARGETS: dict[str, tuple[str, ...]] = {
    "engine/judging/closeness.py": ("judging/test_closeness.py", "-k", "not contracts_tolerance"),
    "engine/judging/judges.py": ("judging/test_judges.py",),
    "engine/judging/cost.py": (
        "judging/test_cost.py",
        "-k",
        "stages or bounds or most_lines or longest or too_short or quiet",
    ),
    "engine/grading/grade.py": ("grading/test_grading.py",),
    "engine/grading/asking.py": ("grading/test_grading.py",),
    "engine/sandbox/answers.py": ("sandbox/test_answers.py",),
}
# Survivors that no test can kill: by module and mutated line, why it makes no difference.
EQUIVALENT: dict[str, dict[str, str]] = {
    "engine/judging/closeness.py": {
        "non_finite = ~np.isfinite(got) // np.isfinite(expected)": "of truth values it is the same",
        "non_finite = ~np.isfinite(got) * np.isfinite(expected)": "of truth values it is the same",
        "return np.full(expected.shape, RTOL / max((*expected.shape, 0)[0], 1))": "no less than 1 either way",
        "largest = size.max(initial= -1.0)": "no entry is less than 0, and without entries nothing is judged",
        "reach = size.max(axis=tuple(range(1, expected.ndim)), keepdims=True, initial= -1.0)": "no entry is less than 0",
        'if scale == "row" and expected.ndim > 0:': "the largest entry of a row that is one number is that number",
        'if scale == "row" and expected.ndim >= 1:': "the largest entry of a row that is one number is that number",
        'if scale == "row" and expected.ndim != 1:': "the largest entry of a single number is that number",
        "zero = ZERO_RTOL * (largest if largest != 0 else inputs)": "no absolute value is less than 0",
        "return np.full(expected.shape, np.where(reach != 0, RTOL * reach, zero))": "no absolute value is less than 0",
        "max_line_width= 10001,": "ends of lines become blanks",
        "max_line_width= 9999,": "ends of lines become blanks",
        "where = where[where[:, 0] >= where[:, 0].max()]": "nothing is beyond the largest",
        "elif got.ndim > 0 and got[index[0]].size <= 8:": "a row that is one number is its entry",
        "elif got.ndim >= 1 and got[index[0]].size <= 8:": "a row that is one number is its entry",
        "elif got.ndim != 1 and got[index[0]].size <= 8:": "a single number is shown whole",
        "digits = int(1e-6 - np.log10(abs(got[index] / expected[index] - 1))) if expected[index] else 1": "no other number looks like 0",
        "digits = int(1e-6 - np.log10(abs(got[index] / expected[index] - 1))) if expected[index] else -1": "no other number looks like 0",
    },
    "engine/judging/judges.py": {
        "inputs = -1.0 if expected.any() else _largest(self.args[case])": "inputs count only where all is zero",
        "inputs = 1.0 if expected.any() else _largest(self.args[case])": "inputs count only where all is zero",
        'name = task.returns[part] if len(task.returns) is len(expected) else f"{task.returns[0]}[{part}]"': "small numbers are one object",
    },
    "engine/grading/grade.py": {
        "score = round(sum(task.points for task in judged), 3)": "the points of each task have two decimals",
        "points = round(sum(result.points for result in results), 3)": "the points of each check have two decimals",
        "known = release.ids ^ {*release.tasks, *release.written}": "no id stands in two of these",
    },
    "engine/grading/asking.py": {
        "@dataclass(frozen=False)": "nobody writes to it",
        "if task >= ended_in:": "what is marked too early is asked, and filed, all the same",
        "if task <= ended_in:": "what is marked too early is asked, and filed, all the same",
        "if task is ended_in:": "a task's id is one object",
        "questions = [question for question in questions[len(received) :] if question[0] is not ended_in]": "a task's id is one object",
    },
    "engine/sandbox/answers.py": {
        "if not isinstance(cpu_s, float) or not 0 <= cpu_s != math.inf:  # nor is nan": "no time is more than infinite",
    },
}


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed, and the changed line."""

    target: str
    operator: str
    source: str
    number: int
    line: str

    @property
    def explained(self) -> bool:
        return self.line in EQUIVALENT.get(self.target, {})

    def __str__(self) -> str:
        return f"{self.target}:{self.number} {self.operator}: {self.line}"


_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def senseless(source: str) -> int:
    """How many comparisons ask nothing: words have no order, and one type is another or is not, by `is` as by `==`."""
    try:
        compared = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare)]
    except SyntaxError:
        return 0
    asked = [
        (left, how, right)
        for node in compared
        for left, how, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)
    ]
    return sum(
        (isinstance(how, _ORDERS) and (_is_word(left) or _is_word(right)))
        or (isinstance(how, (ast.Eq, ast.NotEq)) and _is_type(left))
        for left, how, right in asked
    )


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type"


class _NoAnnotations(ast.NodeTransformer):
    """Annotations decide nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(0)
        return self.generic_visit(node)


def meaning(source: str) -> str:
    """What a module does, as far as its syntax tells."""
    try:
        return ast.dump(_NoAnnotations().visit(ast.parse(source)))
    except SyntaxError:
        return source


def mutants(target: str) -> Iterator[Mutant]:
    """Every mutant of one module that can mean something, by all operators of the tool that need no argument."""
    source = (KIT / target).read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    starts = _starts(source)
    operators = {name: plugins.get_operator(name) for name in sorted(plugins.operator_names())}
    seen = {meaning(source)}
    already = senseless(source)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        part = "".join(lines[start:end])
        nodes = list(ast_nodes(get_ast(part)))
        for name, operator in operators.items():
            if operator.arguments():
                continue
            for occurrence in range(sum(len(list(operator().mutation_positions(node))) for node in nodes)):
                mutated = "".join([*lines[:start], mutate_code(part, operator(), occurrence), *lines[end:]])
                if (does := meaning(mutated)) not in seen and senseless(mutated) <= already:
                    seen.add(does)
                    number = next(
                        n
                        for n, (a, b) in enumerate(zip(lines, mutated.splitlines(keepends=True), strict=False))
                        if a != b
                    )
                    yield Mutant(
                        target, name.removeprefix("core/"), mutated, number + 1, mutated.splitlines()[number].strip()
                    )


def _starts(source: str) -> list[int]:
    """On which lines, counted from 0, a module's statements begin, decorators included."""
    return [
        min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) - 1
        for node in ast.parse(source).body
    ]


class _Mutated(importlib.machinery.SourceFileLoader, importlib.abc.MetaPathFinder):
    """Finds and loads the mutated module in place of the kit's own."""

    def __init__(self, target: str, source: str) -> None:
        super().__init__(".".join(("autograder", *Path(target).with_suffix("").parts)), str(KIT / target))
        self._source = source

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, name: str):
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # `is` beside a literal: `make lint` refuses it
            return compile(self._source, self.path, "exec")


def run(target: str, source: str) -> int:
    """Start a child that runs the tests on the module as `source` has it: its process."""
    child = os.fork()
    if child:
        return child
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(WALL_S)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        _forget()
        sys.meta_path.insert(0, _Mutated(target, source))
        status = _pytest(target)
    except BaseException:
        status = 1
    os._exit(status)


def _forget() -> None:
    """Have the kit and its tests imported anew."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name.partition(".")[0] == "autograder" or (name != "__main__" and HERE in Path(file).parents):
            del sys.modules[name]


def _pytest(target: str, *more: str) -> int:
    words = [str(HERE / word) if "/test_" in word else word for word in TARGETS[target]]
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *more, *words]))


def survivors(chosen: list[Mutant], jobs: int) -> list[Mutant]:
    """Those that their tests do not notice, with so many under way at once. What nobody has explained is printed."""
    running: dict[int, Mutant] = {}
    found = []

    def one_ends() -> None:
        child, status = os.wait()
        mutant = running.pop(child)
        if status == 0:
            found.append(mutant)
            if not mutant.explained:
                print(mutant, flush=True)

    for mutant in track(chosen, "mutants of the judges"):
        if len(running) >= jobs:
            one_ends()
        running[run(mutant.target, mutant.source)] = mutant
    while running:
        one_ends()
    return found


def warm_up(targets: Iterable[str]) -> list[str]:
    """Import whatever the tests need, once for all children; the modules whose tests fail where nothing is changed."""
    sys.dont_write_bytecode = False
    for target in targets:
        with open(os.devnull, "w") as nowhere:
            out, sys.stdout = sys.stdout, nowhere
            _pytest(target, "--collect-only")
            sys.stdout = out
    failing = []
    for target in targets:
        _, status = os.waitpid(run(target, (KIT / target).read_text(encoding="utf-8")), 0)
        if status:
            failing.append(target)
    return failing


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("modules", nargs="*", help="parts of their names; all of them, where none is given")
    asked.add_argument("--sample", type=int, help="only so many mutants, drawn by a fixed seed")
    asked.add_argument("--jobs", type=int, default=2)
    options = asked.parse_args(words)
    targets = [t for t in TARGETS if not options.modules or any(part in t for part in options.modules)]
    if failing := warm_up(targets):
        print("tests fail where nothing is changed:", *failing)
        return 1
    every = [mutant for target in targets for mutant in mutants(target)]
    chosen = random.Random(0).sample(every, options.sample) if options.sample else every
    alive = survivors(chosen, options.jobs)
    unexplained = sum(not mutant.explained for mutant in alive)
    print(f"killed: {len(chosen) - len(alive)} of {len(chosen)} mutants of the judges", end=" ")
    print(f"({len(alive) - unexplained} explained)")
    return bool(unexplained)


if __name__ == "__main__":
    sys.exit(main())
