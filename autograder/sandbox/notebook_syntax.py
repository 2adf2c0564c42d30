"""IPython's own syntax, taken out of a cell: magics and shell lines do nothing here and break nothing."""

import re

_TRANSPARENT = ("%%time", "%%timeit", "%%capture", "%%prun")  # the cell below them is Python
_LINE = re.compile(r"^(\s*)(?:[%!].*|\?\S*.*|[\w.]+\?{1,2})\s*$")
_ASSIGNED = re.compile(r"^(\s*[\w.,\s]+=\s*)(?:%time\s+(?P<timed>.*)|[%!].*)$")


def without_magics(source: str) -> str:
    """The cell as plain Python with the same line numbers. A cell of another language becomes empty."""
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    head = lines[first].strip().split(" ")[0]
    if head.startswith("%%"):
        if head not in _TRANSPARENT:
            return ""
        lines[first] = ""
    return "\n".join(_plain_line(line) for line in lines)


def _plain_line(line: str) -> str:
    timed = re.match(r"^(\s*)%time\s+(.+)$", line)
    if timed:
        return timed[1] + timed[2]
    assigned = _ASSIGNED.match(line)
    if assigned:
        return assigned[1] + (assigned["timed"] or "None")
    special = _LINE.match(line)
    return special[1] + "pass" if special else line
