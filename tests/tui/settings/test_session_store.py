"""Breakpoints, watches and bookmarks are there again on the next run; nothing that is kept can do harm."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.tui.session.recording import Recording
from bootstep.tui.settings.session_store import FORMAT, SessionStore, StoreSubject, state_directory
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo, panicking
from msgspec import structs
from msgspec.structs import replace
from screens import SMALL, command
from sweeps import SLOW
from textual.pilot import Pilot

SUBJECT = StoreSubject("demo", "6.1 arm64")
NOT_OURS = "this is not what bootstep wrote"


@asynccontextmanager
async def run(
    directory: Path | None, boot: Recording | None = None, size: tuple[int, int] = (160, 45)
) -> AsyncIterator[tuple[BootstepApp, Pilot[int]]]:
    """One run of the app, with a directory to keep things in."""
    app = BootstepApp(lambda: replace(boot or demo(), subject=SUBJECT), kept_in=directory)
    async with app.run_test(size=size) as pilot:
        for _ in range(400):
            await pilot.pause(0.02)
            if app.snapshot is not None and app.snapshot.finished:
                break
        await pilot.pause()
        assert app.session is not None
        yield app, pilot


def described(app: BootstepApp) -> list[str]:
    assert app.session is not None
    return [point.describe() for point in app.session.debugger.breakpoints.all()]


@pytest.mark.slow
async def test_everything_comes_back_on_the_next_run(tmp_path: Path) -> None:
    async with run(tmp_path) as (app, pilot):
        await command(
            pilot,
            "until paging_init",
            "break memblock_reserve if size >= 1M",
            "watch 0x48000000,1M",
            'dprintf op:add, "{size}"',
            "tbreak free_area_init",
            "ignore 1 2",
            "disable 2",
        )
        await pilot.press("m", "a")
        kept, bookmarks = described(app), dict(app.session.debugger.bookmarks if app.session else {})
        assert len(kept) == 4
    async with run(tmp_path, size=SMALL) as (app, pilot):
        assert app.session is not None
        assert described(app) == kept
        assert app.session.debugger.bookmarks == bookmarks
        assert app.session.debugger.position == 0
        assert app.status.sentence.endswith(
            "Press s to step into it. Back from last time: 4 breakpoints and 1 bookmark."
        )
        await command(pilot, "delete", "forget a")
    async with run(tmp_path) as (app, pilot):
        assert described(app) == []
        assert app.status.sentence.endswith("Press s to step into it.")
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


@pytest.mark.slow
async def test_what_was_kept_says_so_when_it_first_stops_somebody(tmp_path: Path) -> None:
    async with run(tmp_path) as (_, pilot):
        await command(pilot, "break memblock_reserve")
    async with run(tmp_path) as (app, pilot):
        await command(pilot, "break paging_init")
        await pilot.press("c")
        await pilot.pause()
        assert app.status.sentence.startswith("breakpoint 1 (kept from last time): memblock_reserve")
        await pilot.press("c")
        await pilot.pause()
        assert app.status.sentence.startswith("breakpoint 1: memblock_reserve")
        await command(pilot, "info breakpoints", "delete 1", "continue")
        assert app.status.sentence.startswith("breakpoint 2: paging_init")


@pytest.mark.slow
async def test_what_hits_use_up_is_kept_too(tmp_path: Path) -> None:
    async with run(tmp_path) as (_, pilot):
        await command(pilot, "tbreak paging_init", "break memblock_reserve", "ignore 2 5")
        await pilot.press("c")
    async with run(tmp_path) as (app, _):
        assert described(app) == ["breakpoint 1: memblock_reserve (ignores the next 3)"]


async def test_looking_and_moving_writes_nothing(tmp_path: Path) -> None:
    async with run(tmp_path / "new") as (_, pilot):
        await pilot.press("s", "n", "c", "S", "7", "<")
    assert [path.name for path in tmp_path.iterdir()] == ["welcomed"]


async def test_without_a_directory_nothing_is_kept() -> None:
    async with run(None) as (app, pilot):
        await pilot.press("b", "m", "x")
        assert app.store.path is None
    async with run(None) as (app, _):
        assert described(app) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"{", NOT_OURS, id="half"),
        pytest.param(b"", NOT_OURS, id="empty", marks=SLOW),
        pytest.param(b"\xff\xfe\x00", NOT_OURS, id="no text", marks=SLOW),
        pytest.param(b"[" * 100_000, NOT_OURS, id="deep", marks=SLOW),
        pytest.param(b"[1, 2]", NOT_OURS, id="list", marks=SLOW),
        pytest.param(b'{"breakpoints": 7, "bookmarks": {}}', NOT_OURS, id="number", marks=SLOW),
        pytest.param(
            b'{"breakpoints": [], "bookmarks": {}}', "another version of bootstep wrote this", id="version"
        ),
        pytest.param(
            json.dumps(
                {"format": FORMAT, "machine": "x", "kernel": "y", "breakpoints": [], "bookmarks": {}}
            ).encode(),
            "this is about another machine",
            id="machine",
        ),
    ],
)
async def test_a_file_that_is_broken_or_not_ours_is_told_of_and_put_aside(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / SUBJECT.filename
    path.write_bytes(content)
    async with run(tmp_path) as (app, pilot):
        assert app.status.kind == "error"
        assert app.status.sentence.startswith(f"{path}: {reason}")
        assert path.read_bytes() == content
        await pilot.press("s", "b")
        await pilot.pause()
        assert len(described(app)) == 1
    assert (tmp_path / f"{path.name}.unreadable").read_bytes() == content
    async with run(tmp_path) as (app, _):
        assert len(described(app)) == 1


async def test_a_directory_that_cannot_be_written_is_told_of_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    async with run(tmp_path / "file" / "below") as (app, pilot):
        await pilot.press("s", "b")
        await pilot.pause()
        assert app.status.kind == "error"
        assert app.status.sentence.endswith("breakpoints and bookmarks are not kept")
        await pilot.press("s", "s", "b")
        await pilot.pause()
        assert app.status.kind == ""
        assert len(described(app)) == 2


@pytest.mark.slow
async def test_what_another_boot_does_not_know_stays_in_the_file(tmp_path: Path) -> None:
    async with run(tmp_path) as (app, pilot):
        await command(pilot, "until paging_init")
        await pilot.press("m", "p", "b")
    async with run(tmp_path, panicking()) as (app, pilot):
        assert app.session is not None
        assert app.session.debugger.bookmarks == {}
        assert app.status.sentence.endswith("Not all of it: see the console (:).")
        await command(pilot, "break memblock_add")
        assert "not known to this boot, and left there: bookmark p: " in app.transcript.copy_text()
    async with run(tmp_path) as (app, _):
        assert app.session is not None
        assert sorted(app.session.debugger.bookmarks) == ["p"]
        assert len(described(app)) == 2


async def test_entries_that_are_damaged_are_left_alone(tmp_path: Path) -> None:
    data = {
        "format": FORMAT,
        **structs.asdict(SUBJECT),
        "breakpoints": [7, {}, {"spec": "paging_init", "ignore": -3}, {"spec": "op:fnord"}],
        "bookmarks": {"a": 7, "b": "paging_init"},
    }
    (tmp_path / SUBJECT.filename).write_text(json.dumps(data))
    async with run(tmp_path) as (app, pilot):
        assert app.session is not None
        assert described(app) == ["breakpoint 1: paging_init"]
        assert list(app.session.debugger.bookmarks) == ["b"]
        await pilot.press("m", "c")
    written = json.loads((tmp_path / SUBJECT.filename).read_text())
    assert len(written["breakpoints"]) == 4
    assert sorted(written["bookmarks"]) == ["a", "b", "c"]


class TestFiles:
    def test_a_file_is_a_machines_and_its_kernels(self, tmp_path: Path) -> None:
        virt = read_machine("virt-1g")
        assert StoreSubject.of(virt) == StoreSubject.of(read_machine("virt-1g", {"cmdline": "mem=600M"}))
        others = {StoreSubject.of(each).filename for each in (virt, read_machine("virt-2g-numa2"))}
        other_kernel = replace(virt, vmlinux=tmp_path / "vmlinux")
        assert len({*others, StoreSubject.of(other_kernel).filename}) == 3
        assert StoreSubject.of(virt).filename.startswith("virt-1g-")

    def test_a_machine_file_is_known_by_its_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "board.toml").write_text("")
        monkeypatch.chdir(tmp_path)
        machine = replace(read_machine("virt-1g"), name="board.toml")
        assert StoreSubject.of(machine).machine == str(tmp_path / "board.toml")
        assert StoreSubject.of(machine) == StoreSubject.of(
            replace(machine, name=str(tmp_path / "board.toml"))
        )

    def test_a_name_that_is_no_file_name_becomes_one(self) -> None:
        assert "/" not in StoreSubject("../../etc/pass wd", "k").filename

    def test_the_platform_says_where(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert state_directory() == tmp_path / "bootstep" / "machines"

    def test_what_cannot_be_written_leaves_the_old_file(self, tmp_path: Path) -> None:
        debugger = demo().debugger()
        store = SessionStore(tmp_path, SUBJECT)
        store.restore(debugger)
        debugger.bookmarks["a"] = 0
        assert store.keep(debugger) == ""
        before = (tmp_path / SUBJECT.filename).read_text()
        tmp_path.chmod(0o500)
        try:
            debugger.bookmarks["b"] = 0
            complaint = store.keep(debugger)
        finally:
            tmp_path.chmod(0o700)
        now = (tmp_path / SUBJECT.filename).read_text()
        assert (now == before) == bool(complaint)  # root may write everywhere
