"""From files to the kernel that runs, and what is then known of it: also if they tell little, or are none.

Covers kernel.py, finding.py, facts.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.live.architectures import LIVE
from bootstep.boots.live.entry import EnteredLate, Entry
from bootstep.boots.live.facts import before_it_runs, facts_of_live, memory_model_of
from bootstep.boots.live.finding import Found, find, moved_words, with_symbols
from bootstep.boots.live.inputs.records import LiveInputs
from bootstep.boots.live.kernel import LiveKernel, read_live_kernel
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.live.options import LiveOptions, Stub
from bootstep.boots.live.patience import Patience
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import DEFAULT_RELEASE, Release

from ...support.fake_memory import NO_SIZES, FakeTarget

TEXT = 0xFFFF_8000_0800_0000
MAP = f"{TEXT:016x} T _text\n{TEXT + 0x1000:016x} T _stext\n{TEXT + 0x2000:016x} T vectors\n"


def options(folder: Path, text: str = MAP, **how: Any) -> LiveOptions:
    file = folder / "System.map"
    file.write_text(text)
    return LiveOptions(Stub(port=1), "", system_map=str(file), **how)


def test_symbols_alone_are_enough_and_what_lacks_is_said(tmp_path: Path) -> None:
    kernel = read_live_kernel(options(tmp_path), "arm64")
    assert (kernel.text, kernel.release) == (TEXT, DEFAULT_RELEASE)
    assert kernel.config is None and kernel.layout is None
    assert len(kernel.missing) == 3
    assert "tells no types" in kernel.missing[0]
    assert "the map of its addresses is not known" in kernel.missing[1]
    assert kernel.missing[2] == f"nothing tells the kernel's release, {DEFAULT_RELEASE} is assumed"


def test_a_release_that_is_told_is_taken(tmp_path: Path) -> None:
    kernel = read_live_kernel(options(tmp_path, release=Release(6, 12, 3)), "x86_64")
    assert kernel.release == Release(6, 12, 3) and len(kernel.missing) == 2
    assert kernel.sizes.structures["struct page"] == 64


@pytest.mark.parametrize("text", ["", "hello\n", "\0\1\2"])
def test_a_file_without_symbols_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"System\.map"):
        read_live_kernel(options(tmp_path, text), "arm64")


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"\x7fELF" + bytes(4000), b"no kernel" * 999])
def test_a_file_that_is_no_kernel_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "vmlinux"
    file.write_bytes(data)
    with pytest.raises(InputError, match="vmlinux"):
        read_live_kernel(LiveOptions(Stub(), str(file)), "arm64")


def test_text_begins_where_it_is_told() -> None:
    def of(**symbols: int) -> LiveKernel:
        return LiveKernel("arm64", DEFAULT_RELEASE, "", symbols, NO_SIZES)

    assert of(_text=5, _stext=6).text == 5
    assert of(_stext=6).text == 6
    assert of().text == 0


@pytest.mark.parametrize(
    ("moved", "sentence"),
    [
        (0, "not moved: it runs where it was linked"),
        (2 << 20, "moved by 0x200000 (2.0 MiB)"),
        ((1 << 64) - 0x1000, "moved by -0x1000 (4.0 KiB)"),
    ],
)
def test_how_far_it_was_moved_is_said(moved: int, sentence: str) -> None:
    assert moved_words(moved) == sentence


def test_symbols_that_are_found_come_to_those_that_are_told() -> None:
    kernel = LiveKernel("arm64", DEFAULT_RELEASE, "", {"a": 1}, NO_SIZES)
    assert with_symbols(kernel, {}) is kernel
    more = with_symbols(kernel, {"a": 2, "b": 3})
    assert more.symbols == {"a": 1, "b": 3}
    assert more.missing[0].endswith("its code tells where they are: a, b")


class Running(FakeTarget):
    """An arm64 kernel that runs already."""

    architecture = "aarch64"

    async def registers(self) -> dict[str, int]:
        return {"pc": TEXT + 0x1000}

    async def register(self, name: str) -> int | None:
        return TEXT + 0x2000 if name == "VBAR_EL1" else None


def running() -> Running:
    target = Running()
    target.put(TEXT + 0x3000, (TEXT - 0x4020_0000).to_bytes(8, "little"))
    return target


def patience() -> Patience:
    return Patience(lambda: False, None)


async def test_a_kernel_that_runs_already_has_no_inputs(tmp_path: Path) -> None:
    told: list[str] = []
    text = MAP + f"{TEXT + 0x3000:016x} D kimage_voffset\n"
    found = await find(running(), options(tmp_path, text), patience(), told.append)
    assert found.entry.late and found.entry.load_address == 0x4020_0000 and found.moved == 0
    assert not found.inputs.files
    assert told == ["waiting for the kernel to be entered", "reading what the kernel is given"]


async def test_in_a_qemu_of_ours_a_late_kernel_is_started_again(tmp_path: Path) -> None:
    text = MAP + f"{TEXT + 0x3000:016x} D kimage_voffset\n"
    ours = options(tmp_path, text, command=("qemu",))
    with pytest.raises(EnteredLate) as late:
        await find(running(), ours, patience(), lambda _: None)
    assert late.value.load_address == 0x4020_0000


def test_facts_are_few_before_it_runs_and_more_when_it_stands(tmp_path: Path) -> None:
    ours = options(tmp_path, name="board")
    assert before_it_runs(ours).name == "board" and before_it_runs(ours).can.grows
    kernel = read_live_kernel(ours, "arm64")
    memory = KernelMemory(FakeTarget(), kernel.symbols, 0, kernel.sizes)
    entry = Entry(0x4020_0000, {})
    found = Found(memory.target, LIVE["arm64"], kernel, entry, 0, memory, LiveInputs(entry, "arm64"))
    facts = facts_of_live(found, ours, has_page_tables=True)
    assert memory_model_of(found) is None and not facts.can.sections and facts.can.page_tables
    assert facts.load_address == 0x4020_0000 and facts.device_tree is None
    assert facts.assumed == kernel.missing
    assert facts.description[1:] == (
        f"{'loaded':13} _text at 0x40200000, not moved: it runs where it was linked",
        f"{'stub':13} 127.0.0.1:1",
    )
