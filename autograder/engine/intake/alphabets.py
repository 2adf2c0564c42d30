"""Names in a zip that do not say how their letters are written: each system wrote those of its own alphabet."""

import re

_PAIRS = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")  # where GB 2312 has its common characters


def read_name(name: str) -> str:
    """A name that `zipfile` has read as the PC's alphabet of 1981, with the letters that were meant.

    Macs write UTF-8 without saying so, and Windows its own alphabet: the Chinese one is told by pairs of high bytes. In the
    old alphabet, names need its lower half alone: the upper one has lines and signs.
    """
    try:
        data = name.encode("cp437")
    except UnicodeError:  # zipfile knew better
        return name
    if data.isascii():
        return name
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    if max(data) < 0xB0:
        return name
    alphabet = "gb18030" if _COMMON.search(_high(data)) else "cp1252"
    try:
        return data.decode(alphabet)
    except UnicodeError:
        return name


def _high(data: bytes) -> bytes:
    """The pairs of bytes that may be one Chinese character, where all high bytes are in such pairs."""
    return b"" if re.search(rb"[\x80-\xff]", _PAIRS.sub(b"", data)) else b" ".join(_PAIRS.findall(data))
