"""The moments of a page as plain data, each as what differs from the one before.

Everything that can repeat (rows, blocks of the map, lines of the log) is kept once, in one list, and named by
its number there.  A list of such numbers is written as ``[head, tail, middle]``: so many of the list before
from its start, then `middle`, then so many from its end.  What is not written is as it was.  A page's script
(``page.js``) reads this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...base.units import printable
from ...language.words import tr
from ...pictures.pieces import KINDS
from .content import Step
from .happened import counts, happenings, title
from .map_blocks import MapScale
from .part import GONE, Part, Row, marked
from .stop import Question

ORDER = (
    *("memory", "reserved", "zones", "nodes", "tables", "sections"),
    *("e820", "ledger", "variables", "amounts"),
)
"""The tables in the order of the page."""
CARDS = ("where", "log")
"""What of the page is no table, and may be looked at."""
VARIABLES = "variables"
Plain = dict[str, Any]


class Pool:
    """What is kept once: values by their numbers."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value that can be a key; it is kept if it is new."""
        number = self._numbers.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


def spliced(before: Sequence[int], now: Sequence[int]) -> list[Any]:
    """A list as what differs from another one."""
    most = min(len(before), len(now))
    head = next((at for at in range(most) if before[at] != now[at]), most)
    rest = most - head
    tail = next((at for at in range(rest) if before[-1 - at] != now[-1 - at]), rest)
    return [head, tail, list(now[head : len(now) - tail])]


def packed(steps: Sequence[Step]) -> Plain:
    """All moments of one boot, in order, at least one."""
    return _Packer(steps).document()


class _Packer:
    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.pool = Pool()
        self.scale = MapScale([step.column for step in steps])
        self._lists: dict[str, list[int]] = {}
        self._captions: dict[str, tuple[str, int]] = {}
        self._moving = _moving(steps)

    def document(self) -> Plain:
        """What the script reads."""
        steps = [
            self._step(before, now) for before, now in zip((None, *self.steps), self.steps, strict=False)
        ]
        parts = {id: part for step in self.steps for id, part in step.parts.items()}
        shown = {id: parts[id] for id in sorted(parts, key=_place)}
        return {
            "kinds": [tr(kind) for kind in KINDS],
            "parts": [[id, printable(title(id)), list(part.headings)] for id, part in shown.items()],
            "map_height": self.scale.height,
            "pool": self.pool.values,
            "steps": steps,
        }

    def _step(self, before: Step | None, now: Step) -> Plain:
        stop = now.stop
        found: Plain = {
            "position": now.position,
            "name": printable(now.name),
            "phase": now.phase,
            "title": printable(stop.title),
            "told": [printable(each) for each in stop.narration],
            "frames": [[printable(name), printable(place)] for name, place in now.frames],
            "changed": [[each.mark, each.part, printable(each.words)] for each in happenings(before, now)],
            "counts": printable(counts(before, now)),
            "parts": self._parts(before, now),
            **self._map(before, now),
            **self._log(before, now),
        }
        if stop.call:
            found["call"] = printable(stop.call)
        if stop.asked is not None:
            found["asked"] = [printable(stop.asked.line), printable(stop.asked.answer)]
        if stop.look:
            found["look"] = [id for id in (*CARDS, *now.parts) if id.partition(" ")[0] in stop.look]
            found["lit"] = sorted(self._lit(now, found["look"]))
        if stop.questions:
            found["questions"] = [_question(each) for each in stop.questions]
        return found

    def _lit(self, now: Step, looked: Sequence[str]) -> Iterator[int]:
        """The rows that the light is on, of the tables that are looked at."""
        light = now.stop.light
        for id in looked:
            rows = now.parts[id].rows if id in now.parts else ()
            yield from (self._row(row) for row in rows if light.falls_on(row.cells, row.span))

    def _difference(self, id: str, numbers: list[int]) -> list[Any] | None:
        """A list as it differs from the moment before; None if it does not."""
        before = self._lists.get(id)
        if before == numbers:
            return None
        self._lists[id] = numbers
        return spliced(before or (), numbers)

    # ---- tables ----

    def _parts(self, before: Step | None, now: Step) -> Plain:
        found: Plain = {}
        for id in dict.fromkeys((*(before.parts if before else ()), *now.parts)):
            part = now.parts.get(id)
            written = self._part(id, before.parts.get(id) if before else None, part, before is not None)
            if written:
                found[id] = written
        return found

    def _part(self, id: str, before: Part | None, now: Part | None, is_marked: bool) -> Plain:
        found: Plain = {}
        rows = self._shown(now)
        difference = self._difference(id, [self._row(row) for row in rows])
        if difference is not None:
            found["rows"] = difference
            if is_marked:
                found["marks"] = list(self._marks(self._shown(before), rows))
        caption = (printable(now.caption), now.left_out) if now else ("", 0)
        if self._captions.get(id) != caption:
            self._captions[id] = caption
            found["caption"] = list(caption)
        return found

    def _shown(self, part: Part | None) -> Sequence[Row]:
        """The rows of a table that the page shows: of variables, those that ever change."""
        if part is None or part.id != VARIABLES:
            return part.rows if part else ()
        return [row for row in part.rows if row.cells[0] in self._moving]

    def _marks(self, before: Sequence[Row], now: Sequence[Row]) -> Iterator[list[Any]]:
        """Where on the table there is a mark; rows that are gone stand there with their numbers."""
        for at, (mark, row) in enumerate(marked(before, now)):
            if mark:
                yield [at, mark, self._row(row)] if mark == GONE else [at, mark]

    def _row(self, row: Row) -> int:
        kind = KINDS.index(row.kind) if row.kind else -1
        return self.pool.number((kind, *map(printable, row.cells)))

    # ---- the map and the log ----

    def _map(self, before: Step | None, now: Step) -> Mapping[str, Any]:
        last = set(self._lists.get("the map", ()))
        numbers = [
            self.pool.number(tuple(printable(each) if isinstance(each, str) else each for each in block))
            for block in self.scale.blocks(now.column)
        ]
        difference = self._difference("the map", numbers)
        if difference is None:
            return {}
        return {"map": difference, "fresh": [each for each in numbers if each not in last] if before else []}

    def _log(self, before: Step | None, now: Step) -> Mapping[str, Any]:
        difference = self._difference("the log", [self.pool.number(printable(line)) for line in now.log])
        if difference is None:
            return {}
        new = max(now.logged - (before.logged if before else 0), 0)
        return {"log": difference, "logged": now.logged, "new": min(new, len(now.log))}


def _moving(steps: Sequence[Step]) -> set[str]:
    """The names of the variables that do not stay as they are, or that the light is put on."""
    values: dict[str, set[Row]] = {}
    found: set[str] = set()
    for step in steps:
        for row in step.parts[VARIABLES].rows if VARIABLES in step.parts else ():
            values.setdefault(row.cells[0], set()).add(row)
            if step.stop.light.falls_on(row.cells, row.span):
                found.add(row.cells[0])
    return found | {key for key, rows in values.items() if len(rows) > 1}


def _place(id: str) -> int:
    """Where a table stands on the page."""
    return ORDER.index(id.partition(" ")[0])


def _question(question: Question) -> Plain:
    return {
        "text": printable(question.text),
        "choices": [printable(each) for each in question.choices],
        "answer": printable(question.answer),
        "why": printable(question.why),
    }
