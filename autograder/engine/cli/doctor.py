"""`doctor`: what isolates student code here."""

import sys

import click

from autograder.engine.core.settings import Limits
from autograder.engine.sandbox.probe import prove
from autograder.engine.sandbox.process import Sandbox


def run() -> None:
    with Sandbox(Limits()) as worker:
        proof = prove(worker)
    for name, good, meaning in proof.lines():
        click.echo(f"{'yes' if good else 'NO ':3}  {name:18} {meaning}")
    click.echo(f"\n{proof.label}")
    if not proof.isolated:
        click.echo("Grade on Linux, in Docker or in WSL2: the README says how.")
        sys.exit(1)
