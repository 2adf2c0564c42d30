"""The format between grader and worker: a JSON header and raw array bytes. It can carry data and never code.

    frame   = header length, body length (two unsigned 32-bit integers, big-endian), header, body
    header  = JSON; an array stands in it as {"array": [dtype, shape]} and its bytes in the body, in the same order

Messages that need not go at once may go as one, {"bundle": [message, …]}, which costs both ends less than one each.
Both ends use it, but only one of them is trusted: everything read is checked before anything is allocated, and whatever
is wrong with a frame raises WireError. `max_bytes` bounds what the other side can make this side hold.
"""

import json
import math
import socket
import struct
import time
from collections import deque
from typing import Any

import numpy as np

_LENGTHS = struct.Struct("!II")
_DTYPES = {"<f8": np.dtype("<f8"), "<i8": np.dtype("<i8")}
REQUEST_HEADER = 16 * 2**20  # the longest submission, were every letter of it escaped
ANSWER_HEADER = 2**16  # an answer is numbers, in the body; parsing a long header would take the grader's time
_MAX_HELD = 32  # messages in a bundle: a header of numbers stays far below the limit
_MAX_NDIM = 4


class WireError(Exception):
    """The other side sent something that is not a message."""


def encode(message: Any) -> bytes:
    """A message (None, bool, int, float, str, list, dict, float64 and int64 arrays) as one frame."""
    chunks: list[bytes] = []

    def array(value: Any) -> dict[str, list]:
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

    def array(found: dict) -> Any:
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


def _descriptor(found: dict) -> tuple[np.dtype, list[int]]:
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
    """Frames over a connected socket. A late or a closed other side raises TimeoutError or ConnectionError."""

    def __init__(self, connection: socket.socket, max_bytes: int, max_header: int = ANSWER_HEADER) -> None:
        self._socket = connection
        self._max_bytes = max_bytes
        self._max_header = max_header
        self._buffer = bytearray()
        self._arrived: deque[Any] = deque()
        self._held: list[Any] = []
        self._flushed = 0.0
        self.hold_s = 0.0  # how long a message may wait for others to go with it

    def send(self, message: Any, timeout_s: float | None = None) -> None:
        """Send a message, a little later where `hold_s` allows it; or the bytes of one that `encode` has made before."""
        if isinstance(message, bytes):
            self._wait_at_most(timeout_s)
            self._socket.sendall(message)
            return
        self._held.append(message)
        if not self.hold_s or time.monotonic() - self._flushed >= self.hold_s or len(self._held) == _MAX_HELD:
            self.flush(timeout_s)

    def flush(self, timeout_s: float | None = None) -> None:
        """Send what is held back."""
        held, self._held = self._held, []
        self.send(encode(held[0] if len(held) == 1 else {"bundle": held}), timeout_s)
        self._flushed = time.monotonic()

    def receive(self, timeout_s: float | None = None) -> Any:
        """The next message; `timeout_s` bounds the whole of it, however slowly it drips in."""
        if self._held:
            self.flush(timeout_s)
        if not self._arrived:
            self._arrived.extend(self._next_frame(timeout_s))
        return self._arrived.popleft()

    def _next_frame(self, timeout_s: float | None) -> list[Any]:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        header_size, body_size = _LENGTHS.unpack(self._read(_LENGTHS.size, deadline))
        if header_size > self._max_header or body_size > self._max_bytes:
            raise WireError("a message larger than the limit")
        message = decode(self._read(header_size, deadline), self._read(body_size, deadline))
        if not isinstance(message, dict) or "bundle" not in message:
            return [message]
        if not isinstance(message["bundle"], list) or not message["bundle"]:
            raise WireError("a bundle with nothing in it")
        return message["bundle"]

    def close(self) -> None:
        self._socket.close()

    def _read(self, size: int, deadline: float | None) -> bytes:
        while len(self._buffer) < size:
            remaining = None if deadline is None else deadline - time.monotonic()
            if remaining is not None and remaining <= 0:
                raise TimeoutError
            self._wait_at_most(remaining)
            chunk = self._socket.recv(1 << 16)
            if not chunk:
                raise ConnectionError("the worker is gone")
            self._buffer += chunk
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _wait_at_most(self, timeout_s: float | None) -> None:
        if timeout_s != self._socket.gettimeout():  # behind the walls even setting what is set is refused
            self._socket.settimeout(timeout_s)
