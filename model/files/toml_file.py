"""Reading TOML that somebody wrote: whatever is wrong with it is said in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..base.errors import InputError
from ..language.words import tr
from .input_files import LARGEST_MACHINE, read_bytes


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.  Raises `InputError`."""
    try:
        return parse_toml(read_bytes(path, LARGEST_MACHINE).decode())
    except UnicodeDecodeError:
        raise InputError(
            tr("{path}: this is no text file, a machine file (TOML) or a board is expected", path=path)
        ) from None
    except ValueError as error:
        if path.suffix == ".toml":
            raise InputError(f"{path}: {error}") from None
        raise InputError(
            tr(
                "{path}: this is neither a device tree nor a log that bootstep knows, and {error}",
                path=path,
                error=error,
            )
        ) from None


def parse_toml(text: str) -> dict[str, Any]:
    """What a TOML text says.  Raises `ValueError` with what is wrong with it: Python's reader lets more
    through than its own error."""
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(tr("this TOML is nested too deep")) from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(tr("this is no valid TOML: {error}", error=error)) from None
    except (ValueError, LookupError, OverflowError) as error:
        raise ValueError(
            tr("this TOML has a value that is out of all bounds: {error}", error=error)
        ) from None


def quoted(value: Any) -> str:
    """A value as somebody wrote it, if that can be told in a line."""
    if isinstance(value, int) and value.bit_length() > 64:
        return f"a number of {value.bit_length()} bits"
    try:
        return repr(value)
    except ValueError:  # a number in it has too many digits
        return "…"
