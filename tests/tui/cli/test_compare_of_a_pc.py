"""compare takes a PC's log for a PC's machine, whatever its architecture is called.

Covers compare.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.compare import run

LOG = Path(__file__).parents[2] / "data" / "oracle" / "6.1-x86_64" / "m2g" / "dmesg.log.gz"
CMDLINE = "nokaslr ignore_loglevel console=ttyS0 panic=-1"


def test_a_pcs_log_agrees_with_the_boot_of_that_pc(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pc-2g", str(LOG), "--memblock-debug", "--cmdline", CMDLINE]) == 0
    assert "168 of 168 lines about memory agree" in capsys.readouterr().out


def test_it_is_refused_for_a_board_of_arm64(tmp_path: Path) -> None:
    log = tmp_path / "dmesg.log"
    log.write_bytes(gzip.decompress(LOG.read_bytes()))
    with pytest.raises(InputError, match="virt-1g boots arm64"):
        run(["virt-1g", str(log)])
