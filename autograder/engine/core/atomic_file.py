"""Files that are there whole or not at all: what stood there before is not harmed by one that cannot be written."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any


@contextmanager
def whole_file(path: Path, mode: str = "w", **options: Any) -> Iterator[IO[Any]]:
    """A new file beside its place, open as `open` would; at the end it is moved there, and gone where that fails.

    What is there and is no file, such as a pipe or `/dev/null`, is written into: nothing can stand in its place.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with open(path, mode, **options) as device:
            yield device
        return
    # Several machines may share the folder, and a name may be as long as a file system takes it.
    part = path.with_name(f"{path.name[:50]}.{secrets.token_hex(4)}.part")
    try:
        with open(part, mode.replace("w", "x"), **options) as file:
            yield file
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def private(name: str, flags: int) -> int:
    """An opener for what its owner alone may read."""
    return os.open(name, flags, 0o600)
