"""A target's registers: which there are, and which of them come together by ``g``."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Mapping

from .description import Register

_USUAL_NAMES = ("pc", "rip", "eip")


class Registers:
    """The registers of a description; those with the smallest numbers come together, one after the other."""

    def __init__(self, described: tuple[Register, ...]) -> None:
        self._by_name: dict[str, Register] = {}
        for each in described:
            self._by_name.setdefault(each.name.lower(), each)
        offset = 0
        self._offsets: dict[int, int] = {}
        """Where each would begin, by its number."""
        for each in sorted(described, key=lambda register: register.number):
            if each.number not in self._offsets:
                self._offsets[each.number] = offset
                offset += each.size
        names = [each.name for each in described if each.code]
        self.pc = next(
            (found for name in (*_USUAL_NAMES, *names) if (found := self._by_name.get(name.lower()))), None
        )
        """The one that says where the CPU is; None if none does."""
        self._plain = [(each.name, self._offsets[each.number], each.size) for each in described if each.plain]

    def __len__(self) -> int:
        return len(self._by_name)

    def named(self, name: str) -> Register | None:
        """A register by its name, whatever letters are small."""
        return self._by_name.get(name.lower())

    def plain(self, together: bytes) -> Mapping[str, int]:
        """The values of whole-number registers that came together; ``x`` for what is not known counts as if
        it had not come.  Raises `ValueError`: these are no hexadecimal digits."""
        data, known = _bytes_of(together)
        return {
            name: int.from_bytes(data[at : at + size], "little")
            for name, at, size in self._plain
            if at + size <= len(data) and (known is None or all(known[at : at + size]))
        }

    def value(self, together: bytes, register: Register) -> int | None:
        """The value of any register that came together; None if it did not.  Raises `ValueError`."""
        at = self._offsets[register.number]
        data, known = _bytes_of(together[2 * at : 2 * (at + register.size)])
        if len(data) < register.size or (known is not None and not all(known)):
            return None
        return int.from_bytes(data, "little")


def _bytes_of(digits: bytes) -> tuple[bytes, list[bool] | None]:
    """Bytes, and which of them are known, None if all are."""
    if b"x" not in digits:
        return unhexlify(digits), None
    known = [digits[at : at + 2] != b"xx" for at in range(0, len(digits), 2)]
    return unhexlify(digits.replace(b"x", b"0")), known
