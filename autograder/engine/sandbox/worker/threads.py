"""Threads, pools and event loops for code that may start no thread and open no socket: the work is done at once, in turn.

Honest code that asks for them gets the same values; what would have to wait for another thread does not come to an end.
"""

import asyncio
import concurrent.futures.process
import concurrent.futures.thread
import multiprocessing.pool
import selectors
import threading
from collections.abc import Callable
from typing import Any


class _Done(concurrent.futures.Future[Any]):
    """A result that is there already, by the names that the pools of either package give it."""

    def __init__(self, function: Callable[..., Any], arguments: Any, options: Any) -> None:
        super().__init__()
        try:
            self.set_result(function(*arguments, **options))
        except Exception as error:
            self.set_exception(error)

    def wait(self, timeout: float | None = None) -> None:
        return None

    def successful(self) -> bool:
        return self.exception() is None

    get, ready = concurrent.futures.Future.result, concurrent.futures.Future.done


class _Executor(concurrent.futures.Executor):
    """Does what is handed in while it is handed in."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        pass

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> concurrent.futures.Future[Any]:
        return _Done(function, arguments, options)


class _Pool:
    """A pool of processes without processes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        pass

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def map(self, function: Callable[..., Any], items: Any, chunksize: int | None = None) -> list[Any]:
        return [function(item) for item in items]

    def starmap(self, function: Callable[..., Any], items: Any, chunksize: int | None = None) -> list[Any]:
        return [function(*item) for item in items]

    def apply(
        self, function: Callable[..., Any], args: tuple[Any, ...] = (), kwds: dict[str, Any] | None = None
    ) -> Any:
        return function(*args, **kwds or {})

    def apply_async(
        self, function: Callable[..., Any], args: tuple[Any, ...] = (), kwds: Any = None, callback: Any = None, **_: Any
    ) -> _Done:
        return self._reported(_Done(function, args, kwds or {}), callback)

    def map_async(
        self, function: Callable[..., Any], items: Any, chunksize: Any = None, callback: Any = None, **_: Any
    ) -> _Done:
        return self._reported(_Done(self.map, (function, items), {}), callback)

    def starmap_async(
        self, function: Callable[..., Any], items: Any, chunksize: Any = None, callback: Any = None, **_: Any
    ) -> _Done:
        return self._reported(_Done(self.starmap, (function, items), {}), callback)

    @staticmethod
    def _reported(done: _Done, callback: Any) -> _Done:
        if callback and done.successful():
            callback(done.get())
        return done

    def imap(self, function: Callable[..., Any], items: Any, chunksize: int | None = None) -> Any:
        return (function(item) for item in items)

    imap_unordered = imap
    close = terminate = join = __exit__


def install() -> None:
    """Put the stand-ins where students' code finds them."""
    here: dict[Any, dict[str, Any]] = {
        concurrent.futures: {
            "ThreadPoolExecutor": _Executor,
            "ProcessPoolExecutor": _Executor,
            "as_completed": lambda futures, timeout=None: iter(list(futures)),  # its own order is that of addresses
        },
        concurrent.futures.thread: {"ThreadPoolExecutor": _Executor},
        concurrent.futures.process: {"ProcessPoolExecutor": _Executor},
        multiprocessing: {"Pool": _Pool},
        multiprocessing.pool: {"Pool": _Pool, "ThreadPool": _Pool},
        threading.Thread: {
            "start": lambda thread: thread.run(),
            "join": lambda thread, timeout=None: None,
            "is_alive": lambda thread: False,
        },
        selectors: {"DefaultSelector": selectors.SelectSelector},  # the one that needs no descriptor of its own
        asyncio.SelectorEventLoop: {"_make_self_pipe": lambda loop: None, "_close_self_pipe": lambda loop: None},
    }
    for where, names in here.items():
        for name, stand_in in names.items():
            setattr(where, name, stand_in)
