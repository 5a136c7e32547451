"""Reading values out of a JSON object that somebody gave, with a sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from ..base.errors import InputError
from ..files.toml_file import quoted
from ..language.words import tr

U64 = (1 << 64) - 1


class JsonReader:
    """Values of the file `filename`; each method takes `where` in it a value stands, and raises
    `InputError`."""

    def __init__(self, filename: str) -> None:
        self.filename = filename

    def wrong(self, where: str, value: Any, expected: str) -> InputError:
        """The error for a value that is not what is expected."""
        return InputError(
            tr(
                "{filename}: {where} = {quoted}: expected {expected}",
                filename=self.filename,
                where=where,
                quoted=quoted(value),
                expected=expected,
            )
        )

    def check_keys(self, facts: Mapping[str, Any], known: Iterable[str]) -> None:
        """Raises `InputError`: there is a key that is not known."""
        keys = (*known,)
        for key in facts:
            if key not in keys:
                raise InputError(
                    tr(
                        "{filename}: unknown key {key}, known are {keys}",
                        filename=self.filename,
                        key=key,
                        keys=", ".join(keys),
                    )
                )

    def number(self, where: str, value: Any, least: int = 0) -> int:
        """A number of at most 64 bits, written as such or as a string in any base."""
        if isinstance(value, str):
            try:
                value = int(value, 0) if len(value) <= 24 else None
            except ValueError:
                raise self.wrong(where, value, tr("a number")) from None
        if type(value) is not int or not least <= value <= U64:
            raise self.wrong(where, value, tr("a number of 64 bits"))
        return value

    def text(self, where: str, value: Any) -> str:
        """A string."""
        if not isinstance(value, str):
            raise self.wrong(where, value, tr("a string"))
        return value

    def bytes(self, where: str, value: Any) -> bytes:
        """Bytes, written in hexadecimal digits."""
        try:
            return bytes.fromhex(self.text(where, value))
        except ValueError:
            raise self.wrong(where, value, tr("bytes in hexadecimal digits")) from None

    def table(self, where: str, value: Any) -> Mapping[str, Any]:
        """An object."""
        if not isinstance(value, dict):
            raise self.wrong(where, value, tr("an object"))
        return cast("dict[str, Any]", value)

    def items(self, where: str, value: Any) -> list[Any]:
        """A list."""
        if not isinstance(value, list):
            raise self.wrong(where, value, tr("a list"))
        return cast("list[Any]", value)

    def pair(self, where: str, value: Any, names: tuple[str, str]) -> tuple[int, int]:
        """Two numbers, in an object that has these names and no others."""
        table = self.table(where, value)
        if set(table) != set(names):
            raise self.wrong(where, value, tr("{names} and {names2}", names=names[0], names2=names[1]))
        return self.number(where, table[names[0]]), self.number(where, table[names[1]])
