"""Whatever a name leads to, there is content or a sentence: no wait without end, no memory without bound.

Covers cache.py, progress.py, toml_file.py, boots/loader/files/expected.py, boots/loader/files/numbers.py.
"""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.files import input_files
from bootstep.model.files.input_files import (
    is_file,
    map_file,
    path_of,
    read_bytes,
    read_json,
    read_text,
)
from hypothesis import given
from hypothesis import strategies as st

READERS = (read_bytes, map_file, read_text, read_json)
names = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(
    ["", "~", "~nosuchuser", "~/x", "a\0b", "/" * 5000, "x" * 5000, "/dev/zero", "/proc/self/mem", "."]
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("/dev/zero", "this is a device, a file is expected"),
        ("/dev/null", "this is a device, a file is expected"),
        ("/", "this is a directory, a file is expected"),
        ("x" * 5000, "file name too long"),
        ("a\0b", "no file can have this name"),
        ("/dev/null/x", "not a directory"),
    ],
)
def test_what_is_no_file(reader, name: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        reader(Path(name))


@pytest.mark.parametrize("reader", READERS)
def test_a_socket(reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("it")
        with pytest.raises(InputError, match="it: this is a socket"):
            reader(Path("it"))


def test_a_pipe_that_nobody_writes_to_is_empty(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_bytes(tmp_path / "pipe") == b""


def test_a_pipe_that_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_files, "PATIENCE", 0.01)
    reading, writing = os.pipe()
    with pytest.raises(InputError, match="nothing comes from it"):
        read_bytes(Path(f"/dev/fd/{reading}"))
    os.close(reading)
    os.close(writing)


def test_a_pipe_is_read_to_its_end() -> None:
    """As the shell makes one of ``<(zcat board.dtb.gz)``."""
    content = b"0123456789" * 100_000
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(content)

    writer = threading.Thread(target=write)
    writer.start()
    assert read_bytes(Path(f"/dev/fd/{reading}")) == content
    writer.join()
    os.close(reading)


@pytest.mark.parametrize("reader", READERS)
def test_a_file_that_is_too_large(reader, tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    if reader is map_file:
        assert len(map_file(path)) == 1 << 40, "that takes no memory"
    else:
        with pytest.raises(InputError, match=r"large: this file has more than 64.0 MiB, it is not read"):
            reader(path)


def test_files_of_proc_have_no_size_until_they_are_read() -> None:
    assert Path("/proc/self/stat").stat().st_size == 0
    assert read_bytes(Path("/proc/self/stat"))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "1" * 5000, "{}{}", "nul", '{"a": 1e999999}']
)
def test_json_that_is_out_of_all_bounds(text: str, tmp_path: Path) -> None:
    (tmp_path / "it.json").write_text(text)
    try:
        read_json(tmp_path / "it.json")
    except InputError as error:
        assert str(error).startswith(f"{tmp_path}/it.json: ")


@given(names)
def test_any_name(name: str) -> None:
    try:
        path = path_of(name)
    except ValueError:
        return
    assert is_file(path) in (True, False)
    try:
        read_bytes(path, most=1000)
    except InputError as error:
        assert str(error)


@given(names)
def test_any_machine(name: str) -> None:
    try:
        read_machine(name)
    except InputError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("a=" + "[" * 50_000, "nested too deep"),
        ("[boot]\nload_address = " + "9" * 5000, "out of all bounds"),
        ("[boot]\nload_address = 0x" + "f" * 5000, "load_address = a number of 20000 bits: expected"),
        ("[boot]\ninitrd = {start = 0x" + "f" * 5000 + ", size = 1}", "a physical address below"),
        ("[board]\ndtb = '~nosuchuser/x'", "there is no user nosuchuser"),
        ('[board]\ndtb = "a\\u0000b"', "a string of one line"),
        ("[boot]\nload_address = 1999-99-99", "TOML"),
        ("boot = 1979-05-27T25:00:00", "TOML"),
    ],
)
def test_a_machine_file_that_is_out_of_all_bounds(toml: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text(toml)
    with pytest.raises(InputError, match=f"it.toml: .*{what}"):
        read_machine(str(tmp_path / "it.toml"))
