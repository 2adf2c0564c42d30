"""The processes that judge. They live no longer than the process that has started them, however that one ends."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, TypeVar

T = TypeVar("T")


def _shielded(start: Callable[[], T]) -> T:
    """Start something in a thread of its own, which no signal interrupts, so that no process stays half started.

    Nor does what it starts get a Ctrl-C or the word that the terminal is closed, which reach all processes of a terminal:
    they are for this process, which ends the others.
    """
    with ThreadPoolExecutor(1, initializer=_hold_back) as thread, _safe_path():
        return thread.submit(start).result()


@contextmanager
def _safe_path() -> Iterator[None]:
    """What is started meanwhile takes no file of the current folder for a module: a submission may be called random.py."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _hold_back() -> None:
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})  # what is started takes it over


class _Process(SpawnProcess):
    def start(self) -> None:
        _shielded(super().start)


class _Context(SpawnContext):
    Process = _Process


@contextmanager
def processes(jobs: int, start: Callable[..., None], *given: Any) -> Iterator[Executor]:
    """So many processes, each of which begins with `start(*given)`. Where the block fails or is left early, all end at once."""
    context = _Context()
    life, held = context.Pipe(duplex=False)  # nobody else holds the other end: it closes whatever ends this process
    made = partial(ProcessPoolExecutor, jobs, context, initializer=_begin, initargs=(life, start, *given))
    executor = _shielded(made)  # multiprocessing starts a process that keeps track of its semaphores
    try:
        yield executor
    except BaseException:
        held.close()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        held.close()
        life.close()


def _begin(life: Connection, start: Callable[..., None], *given: Any) -> None:
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()
    start(*given)


def _end_with(life: Connection) -> None:
    """End this process, whatever it does, once nobody holds the other end."""
    with suppress(EOFError, OSError):
        life.recv()
    os._exit(1)
