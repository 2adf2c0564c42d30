"""What the grader tells a worker. What a worker tells the grader is checked field by field as it arrives: nobody trusts it."""

from typing import Any, Literal, NotRequired, TypedDict

from .imports import Imports


class Spec(TypedDict):
    """For all of a worker's processes: which layers of isolation go up, and the course's limits."""

    layers: list[str]
    imports: Imports
    request_bytes: int
    answer_bytes: int
    memory_mib: int
    processes: int
    open_files: int
    file_bytes: int
    cpu_s: int
    worker_bytes: NotRequired[int]  # these two the worker measures itself, before it forks
    namespace_error: NotRequired[str]


class Request(TypedDict):
    """One submission: its cells, those to run, and the functions that are asked for."""

    name: str
    cells: list[str]
    functions: list[str]
    run: list[int]


class CallMessage(TypedDict):
    """One call of a function, and what of its work is measured."""

    function: str
    args: list[Any]  # numbers, arrays, and lists of arrays
    form: Literal["array", "arrays", "verdict"]
    measure: Literal["", "time", "count"]


class SearchMessage(TypedDict):
    """Which function is to be edited, and what the edits may use: all of it stands in the released notebook."""

    function: str
    parameters: list[str]
    given: list[str]  # the functions that students are given
    words: list[str]
    lines: int  # that all edited functions may run together
