"""The shipped map of the known releases: which file defines a function, and on which lines.

``known/6.12.txt`` begins with the release it was made of.  A line that begins with ``=`` names a file; those
after it are its functions: name, line of the name, first and last line, and the options that decide whether
it is compiled.  ``tests/kernels/source_lines.py`` makes these files from a source tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from ..release import Release, parse_release
from .definitions import Definition, options_of

KNOWN = Path(__file__).parent / "known"
FILE_MARK = "\n="


class LineMap:
    """The functions of one release, by their files."""

    def __init__(self, text: str) -> None:
        head, *blocks = text.split(FILE_MARK)
        self.release = parse_release(head) or Release(0, 0)
        """The release that the lines are of."""
        self._blocks = {block.partition("\n")[0]: block for block in blocks}
        self._read: dict[str, dict[str, list[Definition]]] = {}

    @property
    def files(self) -> Iterable[str]:
        """The files that are known."""
        return self._blocks.keys()

    def functions(self, file: str) -> dict[str, list[Definition]]:
        """The functions of a file by name, with their definitions in order; none of a file that is not
        known."""
        if file not in self._read:
            self._read[file] = _definitions(self._blocks[file]) if file in self._blocks else {}
        return self._read[file]

    def files_with(self, name: str) -> Iterator[str]:
        """The files that define a function."""
        return (file for file, block in self._blocks.items() if f"\n{name} " in block)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that the files are in."""
        return frozenset(file.rpartition("/")[0] for file in self.files)


def _definitions(block: str) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for row in block.splitlines()[1:]:
        name, line, first, last, *conditions = row.split(" ")
        told = Definition(int(first), int(last), tuple(map(_condition, conditions)), int(line))
        found.setdefault(name, []).append(told)
    return found


def _condition(word: str) -> str:
    """A condition as `c_source` has them, of a word of the map."""
    between = "&&" if "&" in word else "||"
    options = word.removeprefix("~").replace("&", "|").split("|")
    told = f" {between} ".join(
        f"!CONFIG_{option[1:]}" if option[0] == "!" else f"CONFIG_{option}" for option in options
    )
    return f"not {told}" if word[0] == "~" else told


def condition_word(condition: str) -> str:
    """A condition as a word of the map: its options; "" if it is about none."""
    negated, between, options = options_of(condition)
    told = between[0].join(option if is_set else f"!{option}" for is_set, option in options)
    return f"~{told}" if negated and told else told


def map_text(release: str, files: Iterable[tuple[str, Sequence[tuple[str, Definition]]]]) -> str:
    """The text of a map."""
    blocks = [release]
    for file, functions in files:
        rows = [_row(name, found) for name, found in functions]
        blocks.append("\n".join([file, *rows]))
    return FILE_MARK.join(blocks) + "\n"


def _row(name: str, found: Definition) -> str:
    words = filter(None, map(condition_word, found.conditions))
    return " ".join([name, str(found.line), str(found.first), str(found.last), *words])


@lru_cache(maxsize=8)
def known_lines(series: tuple[int, int]) -> LineMap | None:
    """The map of a series of releases; None if it is not shipped."""
    try:
        return LineMap((KNOWN / f"{series[0]}.{series[1]}.txt").read_text())
    except OSError:
        return None


@lru_cache(maxsize=1)
def all_known() -> tuple[LineMap, ...]:
    """All maps that are shipped, the newest release first."""
    found = (parse_release(path.stem) for path in KNOWN.glob("*.txt"))
    maps = (known_lines(release.series) for release in sorted(filter(None, found), reverse=True))
    return tuple(filter(None, maps))
