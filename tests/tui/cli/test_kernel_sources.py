"""What ``--kernel-source`` and config.toml name."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.kernel_sources import opened
from bootstep.tui.cli.main import main
from bootstep.tui.settings.config import Settings
from kernel_tree import write_tree
from msgspec.structs import replace


def test_an_option_goes_before_the_configuration(tmp_path: Path) -> None:
    tree = str(write_tree(tmp_path / "tree"))
    settings = replace(Settings(), kernel_source=str(tmp_path / "nowhere"))
    found = opened(tree, settings)
    assert found is not None and found.files.name == tree
    assert opened("", settings) is None
    assert opened(None, Settings()) is None
    with pytest.raises(InputError, match="there is no such directory"):
        opened(None, settings)


def test_an_archive_that_is_none_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "linux-source-6.12.tar.xz"
    path.write_bytes(b"\xfd7zXZ\0 and nothing more")
    assert main(["virt-1g", "--kernel-source", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
