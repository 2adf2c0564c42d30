"""Frames over a socket: read one by one, bounded in size and in time, refused where they are none."""

import contextlib
import socket
import struct
import threading
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_protocol import GARBAGE, MESSAGES, MIB, refused_or, same

from autograder.engine.sandbox.worker.protocol import Channel, WireError, encode


def received(data: bytes, max_bytes: int = MIB) -> Any:
    """What a channel makes of these bytes, the other side having closed after them."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.close()
        return Channel(ours, max_bytes).receive()


def late() -> None:
    """A look at a clock that says it is time to give up."""
    raise TimeoutError


@given(MESSAGES)
def test_round_trip(message):
    """A message of any kind comes out of the socket as it went in."""
    assert same(received(encode(message)), message)


def test_frames_in_a_row():
    """Frames that arrive together, or byte by byte, are read one by one."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours, MIB)
        theirs.sendall(encode([1]) + encode(np.ones(3)) + encode("x")[:5])
        assert channel.receive() == [1]
        assert (channel.receive() == 1).all()
        for byte in encode("x")[5:]:
            theirs.sendall(bytes([byte]))
        assert channel.receive() == "x"


def test_what_a_timeout_interrupted():
    """A frame that was not whole when the time was up is read on by the next call."""
    looks = iter([TimeoutError, None])

    def look() -> None:
        if raised := next(looks, None):
            raise raised

    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours, MIB, look=look)
        frame = encode(np.arange(3.0))
        theirs.sendall(frame[:-3])
        with pytest.raises(TimeoutError):
            channel.receive()
        theirs.sendall(frame[-3:])
        assert channel.receive().tolist() == [0, 1, 2]


def test_who_does_not_read_is_looked_at():
    """Sending to a side that reads nothing ends when the clock says so."""
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        Channel(ours, MIB, look=late).send("x" * 2**24)


@given(GARBAGE)
@example(b"\0\0\0\2\0\0\0\0[]")
@example(b"\0\0\0\0\0\0\0\0")
def test_receive_garbage(data):
    """Arbitrary bytes on the socket are refused or read, or the other side is gone."""
    refused_or(lambda: received(data), ConnectionError)


@given(MESSAGES, st.data())
def test_mutated_frames(message, data):
    """A frame with bytes changed, cut out or put in is refused or read, or the other side is gone."""
    frame = bytearray(encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(frame)))
        frame[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    refused_or(lambda: received(bytes(frame)), ConnectionError)


@pytest.mark.parametrize(
    ("header", "body"), [(2**32 - 1, 0), (4 * MIB + 1, 0), (2, 2**32 - 1), (2, MIB + 1), (2**32 - 1, 2**32 - 1)]
)
def test_forged_lengths(header, body):
    """A length beyond the limit is refused at once, without waiting for the bytes or making room for them."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("!II", header, body) + b"{}")
        tracemalloc.start()
        try:
            with pytest.raises(WireError):
                Channel(ours, MIB).receive()
            assert tracemalloc.get_traced_memory()[1] < MIB
        finally:
            tracemalloc.stop()


def test_the_largest_lengths():
    """A header and a body of just the limit are still read."""
    text = "x" * (4 * MIB - 2)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=theirs.sendall, args=(encode(text) + encode(np.zeros(MIB // 8)),))
        sender.start()
        channel = Channel(ours, MIB, 4 * MIB)
        assert channel.receive() == text
        assert channel.receive().nbytes == MIB
        sender.join()


@pytest.mark.parametrize(
    "data", [b"", b"\0\0", struct.pack("!II", 10, 0), struct.pack("!II", 2, 8) + b"{}" + b"1234567"]
)
def test_a_frame_that_does_not_end(data):
    """A frame that stops halfway is a lost connection where the other side has closed, and a timeout where it has not."""
    with pytest.raises(ConnectionError):
        received(data)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        with pytest.raises(TimeoutError):
            Channel(ours, MIB, look=late).receive()


def test_a_frame_that_drips():
    """The time for a frame is that for the whole of it, however often another byte comes."""
    ours, theirs = socket.socketpair()

    def drip():
        with contextlib.suppress(OSError):  # until the other side has had enough
            while True:
                theirs.send(b" ")

    with ours, theirs:
        theirs.sendall(struct.pack("!II", 4 * MIB, 0))
        sender = threading.Thread(target=drip)
        sender.start()
        with pytest.raises(TimeoutError):
            Channel(ours, MIB, 4 * MIB, late).receive()
        ours.close()
        sender.join()
