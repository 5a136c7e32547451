"""Captured machines for the app, and what their real kernels said and had."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.tui.session.recording import Recording, of_machine
from msgspec import structs

ORACLE = Path(__file__).parents[1] / "data" / "oracle"


def case(name: str, folder: Path | None = None, **options: str) -> Callable[[], Recording]:
    """The boot of a captured machine, such as ``6.1-4k48/m1g``; some of its keys may be others.  It is
    unpacked in `folder`, for a test that boots it again, or else only while it is read."""

    def load() -> Recording:
        if folder is not None:
            return of_machine(read_machine(unpacked(name, folder), options))
        with tempfile.TemporaryDirectory() as place:
            return of_machine(read_machine(unpacked(name, Path(place)), options))

    return load


def unpacked(name: str, folder: Path) -> str:
    """The name of a captured machine's file, after everything of it was written into a folder."""
    source = ORACLE / name
    for packed in source.rglob("*.gz"):
        place = folder / packed.relative_to(source).with_suffix("")
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(gzip.decompress(packed.read_bytes()))
    kernel = str(SHIPPED / "kernels" / source.parent.name)
    text = (source / "machine.toml").read_text().replace("KERNEL", kernel)
    (folder / "machine.toml").write_text(text)
    return str(folder / "machine.toml")


def with_more(words: str, machine: str = "virt-1g") -> Callable[[], Recording]:
    """The boot of a shipped machine with more words on its command line."""
    read = read_machine(machine)
    return lambda: of_machine(structs.replace(read, cmdline=f"{read.cmdline or ''} {words}"))


def real_log(name: str) -> list[str]:
    """What the real kernel of a case printed, without time stamps."""
    lines = gzip.decompress((ORACLE / name / "dmesg.log.gz").read_bytes()).decode().splitlines()
    return [line.partition("] ")[2] for line in lines]


def moments(name: str) -> dict[str, Any]:
    """What the real kernel of a case had, by the function that had just returned."""
    lines = gzip.decompress((ORACLE / name / "states.jsonl.gz").read_bytes()).splitlines()
    states = [json.loads(line) for line in lines]
    return {state["at"]: state for state in states if state["when"] == "return"}
