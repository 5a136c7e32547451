"""What somebody says of a log's kernel, where the log does not, or says it wrong."""

from __future__ import annotations

from typing import NamedTuple

from ..build.release import Release


class ToldByHand(NamedTuple):
    """The kernel's architecture, by the name that machine files or logs have for it, its release, and the
    bytes of a page; None where nobody says it."""

    arch: str | None = None
    release: Release | None = None
    page_size: int | None = None


NOTHING_TOLD = ToldByHand()
