"""Machines of tests/data, as the app loads them, and what the real kernel printed there."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from bootstep.boots.machine import SHIPPED, read_machine
from bootstep.tui.dmesg import Log
from bootstep.tui.recording import Recording, of_machine

ORACLE = Path(__file__).parent.parent / "data" / "oracle"


def loader(case: str, folder: Path, **options: str) -> Callable[[], Recording]:
    """Loads the machine of a case like ``6.1-4k48/m1g``, unpacked in a folder; some keys may be others."""
    packed = ORACLE / case
    (folder / "board.dtb").write_bytes(gzip.decompress((packed / "board.dtb.gz").read_bytes()))
    kernel = str(SHIPPED / "kernels" / Path(case).parent.name)
    (folder / "machine.toml").write_text((packed / "machine.toml").read_text().replace("KERNEL", kernel))
    return lambda: of_machine(read_machine(str(folder / "machine.toml"), options))


def real_log(case: str) -> tuple[str, ...]:
    """What the real kernel printed about memory."""
    text = gzip.decompress((ORACLE / case / "dmesg.log.gz").read_bytes()).decode()
    return Log.read(text.splitlines()).lines
