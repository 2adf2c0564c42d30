"""The format between grader and worker: a JSON header and raw array bytes. It can carry data and never code.

    frame   = header length, body length (two unsigned 32-bit integers, big-endian), header, body
    header  = JSON; an array stands in it as {"array": [dtype, shape]} and its bytes in the body, in the same order

Both ends use it, but only one of them is trusted: everything read is checked before anything is allocated, and whatever
is wrong with a frame raises WireError. `max_bytes` bounds what the other side can make this side hold.
"""

import json
import math
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

_LENGTHS = struct.Struct("!II")
_DTYPES = {"<f8": np.dtype("<f8"), "<i8": np.dtype("<i8")}
REQUEST_HEADER = 16 * 2**20  # the longest submission, were every letter of it escaped
ANSWER_HEADER = 2**16  # an answer is numbers, in the body; parsing a long header would take the grader's time
_MAX_NDIM = 4
_LOOK_S = 0.02  # how often a side that waits looks at the clock


class WireError(Exception):
    """The other side sent something that is not a message."""


def encode(message: Any) -> bytes:
    """A message (None, bool, int, float, str, list, dict, float64 and int64 arrays) as one frame."""
    chunks: list[bytes] = []

    def array(value: Any) -> dict[str, list[Any]]:
        if not isinstance(value, np.ndarray) or value.dtype.str not in _DTYPES:
            raise TypeError(f"cannot send {type(value).__name__}")
        chunks.append(value.tobytes())
        return {"array": [value.dtype.str, list(value.shape)]}

    header = json.dumps(message, default=array).encode()
    body = b"".join(chunks)
    return _LENGTHS.pack(len(header), len(body)) + header + body


def decode(header: bytes, body: bytes) -> Any:
    """The message of a frame's two parts. Raises WireError for whatever `encode` could not have made."""
    offset = 0

    def array(found: dict[str, Any]) -> Any:
        nonlocal offset
        if "array" not in found:
            return found
        dtype, shape = _descriptor(found)
        count = math.prod(shape)
        end = offset + count * dtype.itemsize
        if end > len(body):
            raise WireError("an array longer than its bytes")
        value = np.frombuffer(body, dtype, count, offset).reshape(shape).copy()
        offset = end
        return value

    try:
        message = json.JSONDecoder(object_hook=array).decode(header.decode())  # arrays end in the order of their bytes
    except (ValueError, RecursionError) as error:
        raise WireError(f"a header that is not JSON ({type(error).__name__})") from None
    if offset != len(body):
        raise WireError("bytes that belong to no array")
    return message


def _descriptor(found: dict[str, Any]) -> tuple[np.dtype, list[int]]:
    described = found["array"]
    if len(found) != 1 or not isinstance(described, list) or len(described) != 2:
        raise WireError("an array without a dtype and a shape")
    dtype, shape = described
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise WireError("an array of a dtype that is not float64 or int64")
    if not isinstance(shape, list) or len(shape) > _MAX_NDIM:
        raise WireError("an array whose shape is no short list")
    if not all(type(n) is int and 0 <= n <= 2**31 for n in shape):
        raise WireError("an array whose shape is not made of sizes")
    return _DTYPES[dtype], shape


class Channel:
    """Frames over a connected socket. A closed other side raises ConnectionError.

    While it waits it calls `look` fifty times a second, which may raise TimeoutError; without `look` it waits for ever.
    """

    def __init__(
        self,
        connection: socket.socket,
        max_bytes: int,
        max_header: int = ANSWER_HEADER,
        look: Callable[[], None] | None = None,
    ) -> None:
        self._socket = connection
        self._max_bytes = max_bytes
        self._max_header = max_header
        self._look = look
        if look:
            connection.settimeout(_LOOK_S)
        self._buffer = bytearray()
        self._looked = 0.0

    def send(self, message: Any) -> None:
        """Send a message, or the bytes of one that `encode` has made before."""
        rest = memoryview(message if isinstance(message, bytes) else encode(message))
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except TimeoutError:
                self._waited()

    def receive(self) -> Any:
        """The next message. A message that was not whole when `look` raised is read on by the next call."""
        self._fill(_LENGTHS.size)
        header_size, body_size = _LENGTHS.unpack_from(self._buffer)
        if header_size > self._max_header or body_size > self._max_bytes:
            raise WireError("a message larger than the limit")
        start, end = _LENGTHS.size + header_size, _LENGTHS.size + header_size + body_size
        self._fill(end)
        message = decode(bytes(self._buffer[_LENGTHS.size : start]), bytes(self._buffer[start:end]))
        del self._buffer[:end]
        return message

    def close(self) -> None:
        self._socket.close()

    def _fill(self, size: int) -> None:
        while len(self._buffer) < size:
            try:
                chunk = self._socket.recv(1 << 16)
            except TimeoutError:
                self._waited()
                continue
            if not chunk:
                raise ConnectionError("the worker is gone")
            self._buffer += chunk
            if len(self._buffer) < size:
                self._waited()  # however steadily it drips in

    def _waited(self) -> None:
        """Look at the clock, where that is due."""
        if self._look and time.monotonic() - self._looked >= _LOOK_S:
            self._looked = time.monotonic()
            self._look()
