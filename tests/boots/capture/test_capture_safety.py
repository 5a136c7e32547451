"""``bootstep capture`` runs as root on other people's machines: what it reads and writes there has bounds."""

from __future__ import annotations

import contextlib
import gzip
import os
import stat
from pathlib import Path

import pytest
from bootstep.boots.capture.machine import capture, told
from bootstep.boots.capture.rooted import Rooted
from bootstep.boots.capture.source import LARGEST_UNPACKED, Source
from bootstep.boots.capture.symbols import counted, needed
from bootstep.boots.capture.written import write_new
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.main import main
from fake_root import FakeRoot, kallsyms
from hypothesis import given
from hypothesis import strategies as st
from sweeps import sweep

SECRET = b"a secret outside of the root"


@pytest.fixture
def linux(tmp_path: Path) -> FakeRoot:
    return FakeRoot("6.1-4k48/resv-nomap", tmp_path)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file that no capture may read."""
    (tmp_path / "secret").write_bytes(SECRET)
    return tmp_path / "secret"


def captured(linux: FakeRoot, name: str = "captured", with_keys: bool = False) -> Path:
    target = linux.path.parent / name
    capture(linux.path, target, with_keys)
    return target


def everything(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


# ---- reading ----


LINKED = ("proc/iomem", "proc/cpuinfo", "boot/config-6.1.0-test", "sys/firmware/fdt")


@pytest.mark.parametrize("name", sweep(LINKED, "proc/iomem"))
@pytest.mark.parametrize("relative", [False, True])
def test_no_link_leads_out_of_the_root(linux: FakeRoot, outside: Path, name: str, relative: bool) -> None:
    linux.remove(name)
    (linux.path / name).symlink_to(Path("../" * 20) / str(outside)[1:] if relative else outside)
    with pytest.raises(OSError, match="No such file"):
        Rooted(linux.path).read("/" + name)
    try:
        assert SECRET not in everything(captured(linux))
    except InputError as error:
        assert SECRET.decode() not in str(error)


def test_no_link_of_a_directory_leads_out_of_the_root(linux: FakeRoot, tmp_path: Path) -> None:
    tables = tmp_path / "elsewhere"
    tables.mkdir()
    (tables / "APIC").write_bytes(SECRET)
    (linux.path / "sys/firmware/acpi").mkdir(parents=True)
    (linux.path / "sys/firmware/acpi/tables").symlink_to(tables)
    assert SECRET not in everything(captured(linux))


def test_links_below_the_root_are_followed(linux: FakeRoot) -> None:
    """``/proc/device-tree`` is one, and so is ``/lib`` where there is a ``/usr``."""
    linux.write("a/b/file", "here")
    for name, target in {"one": "/a/b/file", "two": "a/../one", "a/three": "../two", "dir": "a/b/."}.items():
        (linux.path / name).symlink_to(target)
    files = Rooted(linux.path)
    for name in ("/one", "/two", "/a/three", "/dir/file", "/../../one", "//a/./b/../b/file"):
        assert files.read(name) == b"here"
        assert files.where(name) == linux.path / "a/b/file"
    assert files.names("/dir") == [("file", False)]
    (linux.path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="symbolic links"):
        files.read("/loop")


names = st.lists(st.sampled_from(["..", ".", "", "a", "b", "link", "up", "out", "file", "/"]), max_size=8)


@given(names)
def test_whatever_a_name_is_it_stays_below_the_root(tmp_path_factory, parts: list[str]) -> None:
    root = tmp_path_factory.getbasetemp() / "rooted"
    if not root.exists():
        (root / "a/b").mkdir(parents=True)
        (root / "a/file").write_bytes(b"inside")
        (root / "a/link").symlink_to("/a/b/../file")
        (root / "a/up").symlink_to("../../../../..")
        (root / "out").symlink_to("/etc/passwd")
        (root.parent / "file").write_bytes(SECRET)
    with contextlib.suppress(OSError):
        assert Rooted(root).read("/".join(parts)) == b"inside"


def test_what_is_no_regular_file_is_not_read(linux: FakeRoot) -> None:
    for name in ("proc/iomem", "sys/firmware/fdt"):
        linux.remove(name)
        os.mkfifo(linux.path / name)
    (linux.path / "proc/device-tree").mkdir()
    os.mkfifo(linux.path / "proc/device-tree/model")
    source = Source(linux.path)
    assert source.look("/proc/iomem") is None
    assert source.names("/proc/device-tree") == []
    assert source.look("/proc") is None
    captured(linux)


def test_files_of_any_size(linux: FakeRoot) -> None:
    for name in ("proc/kallsyms", "sys/firmware/fdt", "var/log/dmesg"):
        with (linux.path / name).open("wb") as file:
            file.truncate(1 << 40)
    linux.write("proc/config.gz", gzip.compress(bytes(LARGEST_UNPACKED + 1)))
    assert Source(linux.path).unpacked("/proc/config.gz") is None
    captured(linux)


def test_an_unpacked_tree_of_any_depth(linux: FakeRoot) -> None:
    linux.remove("sys/firmware/fdt")
    deep = linux.path / "proc/device-tree"
    for _ in range(100):
        deep = deep / "n"
    deep.mkdir(parents=True)
    (linux.path / "proc/device-tree" / "é").mkdir()
    (linux.path / "proc/device-tree" / ("p" * 255)).write_bytes(b"1")
    assert (captured(linux) / "board.dtb").exists()


# ---- what is taken ----


def test_tables_with_keys_are_left_out_unless_they_are_asked_for(linux: FakeRoot) -> None:
    table = b"MSDM" + (64).to_bytes(4, "little") + bytes(28) + b"AAAAA-BBBBB-CCCCC-DDDDD"
    linux.write("sys/firmware/acpi/tables/MSDM", table)
    linux.write("sys/firmware/acpi/tables/OEM1", table)
    linux.write("sys/firmware/acpi/tables/APIC", b"APIC" + table[4:36])
    without = captured(linux)
    assert b"BBBBB" not in everything(without)
    assert (without / "acpi/APIC.bin").exists()
    told_of = "\n".join(told(capture(linux.path, linux.path.parent / "again"), without))
    assert "left out: ACPI table MSDM: it holds a key of Windows; --with-keys takes it too" in told_of
    assert b"BBBBB" in (captured(linux, "with", with_keys=True) / "acpi/MSDM.bin").read_bytes()


def test_symbols_that_nobody_needs_stay_at_home(linux: FakeRoot) -> None:
    last = kallsyms(linux.machine).splitlines()[-2].split()[0]
    own = "".join(f"{int(last, 16) - 4096 * n:016x} t our_secret_driver_{n}\n" for n in range(1000))
    linux.write("proc/kallsyms", linux.read("proc/kallsyms") + own)
    kept = (captured(linux) / "kallsyms").read_text()
    assert kept.count("our_secret_driver") < 100, "those that say where a part of the image ends"
    assert " _text\n" in kept
    assert counted(needed(kept)) == counted(kept)


def test_one_list_says_what_was_taken(linux: FakeRoot, capsys: pytest.CaptureFixture[str]) -> None:
    target = linux.path.parent / "it"
    assert main(["capture", str(target), "--root", str(linux.path)]) == 0
    (taken,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("taken from: "))
    for name in ("/sys/firmware/fdt", "/proc/kallsyms", "/proc/iomem", "/var/log/dmesg", "/proc/cpuinfo"):
        assert name in taken


# ---- writing ----


def test_only_the_owner_reads_what_was_captured(linux: FakeRoot) -> None:
    before = os.umask(0)
    try:
        target = captured(linux)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.iterdir()} == {0o600}


@pytest.mark.parametrize("kind", ["file", "directory", "link", "dangling"])
def test_nothing_is_written_over_or_through_a_link(linux: FakeRoot, outside: Path, kind: str) -> None:
    target = linux.path.parent / "captured"
    elsewhere = linux.path.parent / "elsewhere"
    elsewhere.mkdir()
    if kind == "file":
        target.write_bytes(b"mine")
    elif kind == "directory":
        target.mkdir()
    else:
        target.symlink_to(elsewhere if kind == "link" else linux.path.parent / "nowhere")
    for write in (lambda: captured(linux), lambda: write_new(target, {"a": b"1", "acpi/b": b"2"})):
        with pytest.raises(InputError, match="there is something of this name, a new directory is expected"):
            write()
    assert list(elsewhere.iterdir()) == []
    assert not (linux.path.parent / "nowhere").exists()


@pytest.mark.parametrize("target", ["a\0b", "x" * 300, "/proc/new", "/nowhere/new", "", "/dev/null/x"])
def test_a_place_where_nothing_can_be_written(target: str) -> None:
    with pytest.raises(InputError):
        write_new(Path(target), {"a": b"1"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_under_sudo_all_of_it_belongs_to_who_called_it(
    linux: FakeRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_UID", "12345")
    monkeypatch.setenv("SUDO_GID", "54321")
    linux.write("sys/firmware/acpi/tables/APIC", b"APIC" + (36).to_bytes(4, "little") + bytes(28))
    target = captured(linux)
    found = {(path.stat().st_uid, path.stat().st_gid) for path in (target, *target.rglob("*"))}
    assert found == {(12345, 54321)}


def test_under_sudo_nothing_is_kept_in_somebodys_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, linux: FakeRoot
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SUDO_UID", str(os.getuid()))
    assert linux.machine.vmlinux
    linux.write(f"usr/lib/debug/boot/vmlinux-{linux.release}", linux.machine.vmlinux.read_bytes())
    capture(linux.path, linux.path.parent / "captured")
    assert not (tmp_path / "cache").exists()
