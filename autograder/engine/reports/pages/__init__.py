"""Pages for people: what a student gets back, and what an instructor sees of a class. Each is one file that needs no other.

Every text is escaped by the templates, since any of it may quote a student; a page without a script of ours runs none.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

_TEMPLATES = Path(__file__).with_name("templates")


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["points"] = points
    environment.filters["code"] = with_code
    environment.filters["signed"] = signed
    environment.filters["of"] = counted
    return environment


def render(template: str, script: str = "", **content: Any) -> str:
    """A page from its template. The browser is told to run `script`, a file of ours, and nothing else."""
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    code = (_TEMPLATES / script).read_text(encoding="utf-8") if script else ""
    allowed = f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" if script else "'none'"
    return _environment().get_template(template).render(style=style, script=code, script_allowed=allowed, **content)


def points(value: float | None) -> str:
    """Points as people write them: 3, 2.5, 0.67; a dash for none."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def counted(number: int, what: str) -> str:
    """A number with what it counts: 1 student, 2 students."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def signed(value: float | None) -> str:
    """A number between -1 and 1 with two digits and a sign that is as wide as a digit; a dash for none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def with_code(text: str) -> Markup:
    """A sentence, escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(text))))
