"""The doors of a visitor's process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bootstep.tui.cli.serving.guard import Guard, close_doors, path_name


def test_what_may_be_read_and_written(tmp_path: Path) -> None:
    own, shown, secret = tmp_path / "own", tmp_path / "shown", tmp_path / "own-secret"
    guard = Guard(own, [shown])
    guard("open", (str(own / "x"), "w", os.O_WRONLY | os.O_CREAT))
    guard("open", (str(shown / "x"), "r", 0))
    guard("open", (7, "w", os.O_WRONLY))
    guard("open", ("/dev/null", "rb", 0))
    guard("os.listdir", (str(shown),))
    for event, given in (
        ("open", (str(secret), "r", 0)),
        ("open", (str(shown / "x"), "a", 0)),
        ("open", (str(shown / "x"), None, os.O_RDWR)),
        ("open", (str(own / ".." / "own-secret"), "r", 0)),
        ("open", (os.fsencode(secret), "r", 0)),
        ("open", (secret, "r", 0)),
        ("open", ("/dev/null", "w", 0)),
        ("os.listdir", ("/",)),
        ("os.remove", (str(shown / "x"), -1)),
        ("os.rename", (str(own / "x"), str(secret))),
        ("subprocess.Popen", ("sh", [], None, None)),
        ("socket.connect", (None, ("127.0.0.1", 1))),
    ):
        with pytest.raises(PermissionError, match="visitors reach no files"):
            guard(event, given)


def test_links_lead_nowhere(tmp_path: Path) -> None:
    own, secret = tmp_path / "own", tmp_path / "secret"
    own.mkdir()
    secret.write_text("s")
    (own / "link").symlink_to(secret)
    with pytest.raises(PermissionError):
        Guard(own, [])("open", (str(own / "link"), "r", 0))


def test_names_of_paths() -> None:
    assert path_name(Path("/a")) == path_name(b"/a") == path_name("/a") == "/a"
    assert path_name(3) == path_name(None) == ""


def test_nothing_opens_a_closed_door_again(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom bootstep.tui.cli.serving.guard import close_doors\n"
        f"close_doors(Path({str(tmp_path)!r}), [])\nimport colorsys\n"
        f"Path({str(tmp_path)!r}, 'x').write_text('y')\n"
        "try:\n    open('/etc/passwd')\nexcept PermissionError as error:\n    print(error.strerror)\n"
        "import os\ntry:\n    os.system('id')\nexcept PermissionError as error:\n    print(error.filename)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["visitors reach no files of this computer", "os.system"]
    added: list[Guard] = []
    close_doors(tmp_path, [tmp_path], added.append)
    assert str(tmp_path) in added[0].readable
