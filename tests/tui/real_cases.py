"""Captured machines for the app, and what their real kernels said and had."""

from __future__ import annotations

import dataclasses
import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bootstep.boots.machine import SHIPPED, read_machine
from bootstep.tui.recording import Recording, of_machine

ORACLE = Path(__file__).parent.parent / "data" / "oracle"


def case(name: str) -> Callable[[], Recording]:
    """The boot of a captured machine, such as ``6.1-4k48/m1g``."""
    folder = ORACLE / name

    def load() -> Recording:
        with tempfile.TemporaryDirectory() as unpacked:
            for packed in folder.rglob("*.gz"):
                place = Path(unpacked) / packed.relative_to(folder).with_suffix("")
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(gzip.decompress(packed.read_bytes()))
            kernel = str(SHIPPED / "kernels" / folder.parent.name)
            text = (folder / "machine.toml").read_text().replace("KERNEL", kernel)
            (Path(unpacked) / "machine.toml").write_text(text)
            return of_machine(read_machine(str(Path(unpacked) / "machine.toml")))

    return load


def with_more(words: str, machine: str = "virt-1g") -> Callable[[], Recording]:
    """The boot of a shipped machine with more words on its command line."""
    read = read_machine(machine)
    return lambda: of_machine(dataclasses.replace(read, cmdline=f"{read.cmdline or ''} {words}"))


def real_log(name: str) -> list[str]:
    """What the real kernel of a case printed, without time stamps."""
    lines = gzip.decompress((ORACLE / name / "dmesg.log.gz").read_bytes()).decode().splitlines()
    return [line.partition("] ")[2] for line in lines]


def moments(name: str) -> dict[str, Any]:
    """What the real kernel of a case had, by the function that had just returned."""
    lines = gzip.decompress((ORACLE / name / "states.jsonl.gz").read_bytes()).splitlines()
    states = [json.loads(line) for line in lines]
    return {state["at"]: state for state in states if state["when"] == "return"}
