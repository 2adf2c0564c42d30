"""`doctor`: what isolates student code here."""

import sys

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from autograder.engine.core.settings import Limits
from autograder.engine.reports.terminal import console, say
from autograder.engine.sandbox.probe import Proof, prove
from autograder.engine.sandbox.process import Sandbox


def run() -> None:
    with Sandbox(Limits()) as worker:
        proof = prove(worker)
    out = console()
    out.print(_layers(proof), _attempts(proof))
    say(out, proof.label, style="bold")
    if not proof.isolated:
        say(out, "Grade on Linux, in Docker or in WSL2: the README says how.")
        sys.exit(1)


def _layers(proof: Proof) -> Table:
    """Each layer of isolation: whether it is up, what it is, and what the machine said where it is not."""
    table = _table("Layers of isolation", "layer", "up", "what it is")
    for name, what, why in proof.standing:
        said = f"{what}. Not up: {why}" if why else what
        table.add_row(name, _word("NO" if why else "yes", not why), Text(said))
    return table


def _attempts(proof: Proof) -> Table:
    """Each attempt of student code to get out: it passes where it was stopped."""
    table = _table("Attempts to get out, tried just now (PASS: stopped)", "attempt", "result", "student code that")
    for name, what, held in proof.attempts:
        said = what if held else f"{what}: it GOT THROUGH"
        table.add_row(name, _word("PASS" if held else "FAIL", held), Text(said))
    return table


def _word(text: str, good: bool) -> Text:
    return Text(text, "green" if good else "bold red")


def _table(title: str, name: str, state: str, what: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(name, no_wrap=True)
    table.add_column(state, no_wrap=True)
    table.add_column(what, overflow="fold")
    return table
