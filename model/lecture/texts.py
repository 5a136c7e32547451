"""Texts that are kept in TOML files, each thing in every language: what a function is for, what a word
means."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def tables(file: Path) -> dict[str, Any]:
    """The tables of a file of ours, read once."""
    return tomllib.loads(file.read_text(encoding="utf-8"))
