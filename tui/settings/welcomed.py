"""Whether somebody has seen the welcome: an empty file says so, beside what is kept of machines."""

from __future__ import annotations

from pathlib import Path

NAME = "welcomed"


class Welcomed:
    """The file, in the directory above that of machines; without a directory nobody is welcomed, for it could
    not be left for good."""

    def __init__(self, directory: Path | None) -> None:
        self.path = directory.parent / NAME if directory else None

    @property
    def is_due(self) -> bool:
        """Whether the welcome was never left."""
        return self.path is not None and not self.path.exists()

    def keep(self) -> None:
        """It was left.  Where that cannot be written it comes again, which does no harm."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()
        except OSError:
            self.path = None
