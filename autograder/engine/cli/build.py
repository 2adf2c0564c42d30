"""`build`: the notebooks, and what does not hold together."""

import sys
from pathlib import Path

import click

from autograder.engine.authoring import release
from autograder.engine.authoring.notebook import BuildError


def run(check: bool) -> None:
    root = Path.cwd()
    if not (root / "solution" / "bptt.md").is_file():
        raise click.UsageError("there is no solution/bptt.md here: run this from the root of the kit's repository")
    try:
        faults = release.drift(root) if check else []
        if not check:
            release.build(root)
    except BuildError as error:
        raise click.ClickException(str(error)) from None
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("solution/bptt and assignment/bptt are " + ("up to date." if check else "written."))
