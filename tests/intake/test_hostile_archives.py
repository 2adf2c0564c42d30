"""How much of the grader's memory and disk an archive can take, whatever it says of itself."""

import gzip
import io
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from packing import work, zip_of

MIB = 2**20
HONEST = "zz_1_2_bptt.ipynb"


def zip_bomb(path: Path) -> None:
    """100 notebooks of 6 MiB each in 3 MiB, and an honest one behind them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(100):
            archive.writestr(f"bomb{number}_{number}_1_bptt.ipynb", b" " * (6 * MIB))
        archive.writestr(HONEST, work("honest"))


def nested_bombs(path: Path) -> None:
    """Students' archives that unpack to 60 MiB each."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bptt.ipynb", b" " * (60 * MIB))
    path.write_bytes(zip_of({f"bomb{n}_{n}_1_hw.zip": bomb.getvalue() for n in range(3)} | {HONEST: work("honest")}))


def same_place(path: Path) -> None:
    """A zip whose list names one and the same notebook of 60 MiB 3,000 times."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("aa_1_1_bptt.ipynb", b" " * (60 * MIB))
        archive.filelist *= 3000
        archive.writestr(HONEST, work("honest"))


def long_list(path: Path) -> None:
    """A student's zip with a list of two million members, of which its end says nothing."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    size = 2_000_000 * len(entry)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, size, len(local), 0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("bomb_1_1_hw.zip", "w") as file:
            file.write(local)
            for _ in range(20):
                file.write(entry * 100_000)
            file.write(end)
        archive.writestr(HONEST, work("honest"))


def tar_header(path: Path) -> None:
    """A tar that says 1 GiB of its first member."""
    header = tarfile.TarInfo("x")
    header.type, header.size = b"x", 2**30
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header.tobuf())
        for _ in range(200):
            file.write(b"1" * MIB)


_READS = """
import resource, sys, tempfile
from contextlib import suppress
from pathlib import Path
from autograder.engine.core.looking import CannotReadError
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.files import load_found

def held():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

tempfile.tempdir = sys.argv[2]
before, judged, disk = held(), [], 0
with collected([Path(sys.argv[1])]) as collection:
    disk = sum(file.stat().st_size for file in Path(sys.argv[2]).rglob("*") if file.is_file()) >> 20
    for found in collection.found:
        if found.student == "zz":
            judged.append(load_found(found).error or "judged")
        else:
            with suppress(CannotReadError):
                load_found(found)
left = [file.why for file in collection.left_out]
print(held() - before, disk, bool(judged == ["judged"] or any("holds" in why or "opened" in why for why in left)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "build", [zip_bomb, nested_bombs, same_place, long_list, tar_header], ids=lambda build: build.__name__
)
def test_an_archive_takes_little_memory_and_disk(tmp_path: Path, build: Callable[[Path], None]) -> None:
    """However an archive is made, reading it takes less than 400 MiB of memory and 500 MiB of disk, and the rest is judged."""
    build(tmp_path / "class.zip")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-c", _READS, str(tmp_path / "class.zip"), str(scratch)]
    memory, disk, rest = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(memory) < 400
    assert int(disk) < 500
    assert rest == "True"
    assert list(scratch.iterdir()) == []
