"""The file of a recorded trace: what is not one is told in a sentence, and never fills the memory.

Covers magic.py.
"""

from __future__ import annotations

import struct
import zlib

import pytest
import zstandard
from bootstep.model.trace.encoding.container import MAGIC, VERSION, TraceFileError, is_sealed, seal, unseal
from hypothesis import given
from hypothesis import strategies as st

SECTIONS = {"facts": b"virt-1g", "trace": bytes(range(256)) * 40}
SEALED = seal(SECTIONS)


def with_entry(body: bytes, plain_size: int) -> bytes:
    """A file of one section whose header is in order, whatever it claims."""
    table = struct.pack("<16sQQI", b"trace", len(body), plain_size, zlib.crc32(body))
    return struct.pack("<8sHHI", MAGIC, VERSION, 1, zlib.crc32(table)) + table + body


def test_sections_come_back_as_they_were() -> None:
    assert unseal(SEALED) == SECTIONS
    assert is_sealed(SEALED)
    assert len(SEALED) < 1000


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"[    0.0] Booting Linux", bytes(100), b'name = "m"\n'])
def test_what_is_none_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(TraceFileError, match="is no recorded trace"):
        unseal(data)


@given(st.integers(1, len(SEALED) - 1))
def test_a_file_that_is_cut_off_is_said_to_be(length: int) -> None:
    with pytest.raises(TraceFileError, match="is cut off"):
        unseal(SEALED[:length])


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_no_bit_can_be_altered_unnoticed(bit: int) -> None:
    data = bytearray(SEALED)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TraceFileError):
        unseal(bytes(data))


def test_something_after_the_end_is_not_ignored() -> None:
    with pytest.raises(TraceFileError, match="1 bytes follow its end"):
        unseal(SEALED + b"\n")


def test_another_version_is_named() -> None:
    data = bytearray(SEALED)
    struct.pack_into("<H", data, 8, 7)
    with pytest.raises(TraceFileError, match="is in format 7, of another version of bootstep"):
        unseal(bytes(data))


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(100 << 20))
    assert len(bomb) < 20_000
    with pytest.raises(TraceFileError, match="more than any trace"):
        unseal(with_entry(bomb, 100 << 20))


@pytest.mark.parametrize("claimed", [0, 4, 1 << 20])
def test_a_section_of_another_size_than_claimed_is_refused(claimed: int) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(100 << 20))
    with pytest.raises(TraceFileError, match="has another size"):
        unseal(with_entry(bomb, claimed))


def test_what_is_no_compressed_data_is_refused() -> None:
    with pytest.raises(TraceFileError, match="is damaged"):
        unseal(with_entry(b"not compressed at all", 21))
    frame = zstandard.ZstdCompressor(write_content_size=False).compress(b"some")
    with pytest.raises(TraceFileError, match="is damaged"):
        unseal(with_entry(frame, 4))
