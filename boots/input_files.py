"""Reading the files that somebody names: whatever is wrong with one is said in a sentence with its path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ..model.errors import InputError


def read_bytes(path: Path) -> bytes:
    """A file's content.  Raises `InputError` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None


def read_text(path: Path) -> str:
    """A text file's content.  Raises `InputError` if it cannot be read."""
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is no text file") from None


def read_json(path: Path) -> Mapping[str, Any]:
    """The JSON object in a file.  Raises `InputError` if it cannot be read or has none."""
    try:
        found = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: this is no valid JSON: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: a JSON object is wanted")
    return cast("dict[str, Any]", found)
