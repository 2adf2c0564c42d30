"""The processes that judge. They live no longer than the process that has started them, however that one ends."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any


class _Process(SpawnProcess):
    """A process that no Ctrl-C reaches, from its first line on: it is for the one that has started it, which ends it."""

    def start(self) -> None:
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            super().start()
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a new process takes it over
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Context(SpawnContext):
    Process = _Process


@contextmanager
def processes(jobs: int, start: Callable[..., None], *given: Any) -> Iterator[Executor]:
    """So many processes, each of which begins with `start(*given)`. Where the block fails or is left early, all end at once."""
    context = _Context()
    life, held = context.Pipe(duplex=False)  # nobody else holds the other end: it closes whatever ends this process
    executor = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(life, start, *given))
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
