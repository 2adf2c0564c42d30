"""The wire: whatever `encode` makes comes back as it was, and whatever else comes is refused, never believed."""

import json
import math
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder.engine.sandbox.worker.protocol import WireError, decode, encode

MIB = 2**20
ARRAYS = st.one_of(
    arrays(np.float64, array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)),
    arrays(np.int64, array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)),
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
KEYS = st.text(max_size=5).filter(lambda key: key != "array")  # the one word that the format keeps for itself
MESSAGES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
GARBAGE = st.binary(max_size=200)


def parts(frame: bytes) -> tuple[bytes, bytes]:
    """A frame's header and body, as the receiving side cuts them."""
    header, body = struct.unpack("!II", frame[:8])
    assert len(frame) == 8 + header + body
    return frame[8 : 8 + header], frame[8 + header :]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and (one.dtype, one.shape, one.tobytes()) == (
            other.dtype, other.shape, other.tobytes()
        )  # fmt: skip
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return type(one) is type(other) and one == other


def refused_or(read: Callable[[], Any], *allowed: type[Exception]) -> None:
    """The reader returns, or raises WireError or what else is allowed; anything else fails the test."""
    try:
        read()
    except (WireError, *allowed):
        pass


@given(MESSAGES)
def test_round_trip(message):
    """A message of any kind comes back as it was: types, shapes and bits."""
    assert same(decode(*parts(encode(message))), message)


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 0, 4), (1, 1, 1, 1)])
@pytest.mark.parametrize("dtype", ["<f8", "<i8"])
def test_round_trip_of_empty_and_small_arrays(shape, dtype):
    """Arrays without entries or without axes come back with their shape and dtype."""
    array = np.arange(math.prod(shape), dtype=dtype).reshape(shape)
    assert same(decode(*parts(encode([array, array]))), [array, array])


def test_round_trip_of_other_layouts():
    """Fortran order and strided views arrive as plain arrays of the same entries, which the receiver may change."""
    table = np.arange(24.0).reshape(4, 6)
    for view in (np.asfortranarray(table), table[::2, ::-1], table.T, np.broadcast_to(table[0], (3, 6))):
        got = decode(*parts(encode(view)))
        assert (got == view).all()
        got[...] = 0
        assert (table == np.arange(24.0).reshape(4, 6)).all()


@pytest.mark.parametrize(
    "thing",
    [object(), {1, 2}, b"bytes", 1j, np.float64, np.array([True]), np.array([1j]), np.array([None]), np.ones(2, "f4")],
)
def test_nothing_else_is_sent(thing):
    """What is no plain value and no float64 or int64 array cannot be sent."""
    with pytest.raises(TypeError):
        encode({"value": thing})


@given(GARBAGE, GARBAGE)
@example(b"[" * 100_000, b"")
@example(b'{"a":' * 100_000, b"")
@example(b"1" * 5000, b"")
@example(b'"\xff"', b"")
@example(b'"\\ud800"', b"")
@example(b"", b"")
def test_decode_garbage(header, body):
    """Arbitrary bytes in place of a header and a body are refused or read, and nothing else happens."""
    refused_or(lambda: decode(header, body))


JSON = st.recursive(PLAIN | st.just("<f8"), lambda inner: st.lists(inner, max_size=4), max_leaves=6)


@given(st.dictionaries(st.sampled_from(["array", "x"]), JSON, min_size=1), st.binary(max_size=32))
def test_decode_forged_arrays(descriptor, body):
    """A made-up description of an array is refused, or gives an array with just the bytes that came."""
    try:
        found = decode(json.dumps(descriptor).encode(), body)
    except WireError:
        return
    assert "array" not in descriptor or (isinstance(found, np.ndarray) and found.nbytes == len(body))


HUGE = 2**24
FORGED_SHAPES = [
    [HUGE, HUGE, HUGE, 0], [0, HUGE, HUGE, HUGE], [2**31] * 4, [2**31, 2**31, 0], [2**40], [-1], [-1, -8], [1, 1, 1, 1, 1],
    [8, -1], [1.0], [True], ["8"], [None], [10**30], [2**63, 2], [2**32, 2**32], "8", None, 8, {"0": 8}, [[1]],
]  # fmt: skip


@pytest.mark.parametrize("shape", FORGED_SHAPES, ids=str)
@pytest.mark.parametrize("dtype", ["<f8", "<i8"])
def test_forged_shapes(shape, dtype):
    """A shape that is no shape, or not the body's, is refused before anything of its size is allocated."""
    header = json.dumps({"array": [dtype, shape]}).encode()
    for body in (b"", b"12345678"):
        tracemalloc.start()
        try:
            with pytest.raises(WireError):
                decode(header, body)
            assert tracemalloc.get_traced_memory()[1] < MIB
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    "dtype", ["|O", "<f4", ">f8", "<c16", "<U9", "V8", "<f8,<f8", "", None, 8, ["<f8"], "<m8[s]", "|b1"]
)
def test_forged_dtypes(dtype):
    """Any dtype but float64 and int64 is refused, objects above all."""
    with pytest.raises(WireError):
        decode(json.dumps({"array": [dtype, [1]]}).encode(), b"12345678")


def test_bytes_that_belong_to_no_array():
    """Bytes after the last array of a message are refused."""
    header, body = parts(encode([np.ones(2)]))
    for wrong in (body + b"\0", body + bytes(8), body[:-1], body[:8]):
        with pytest.raises(WireError):
            decode(header, wrong)
