"""The footer: the keys one needs first, from the table of keys, and what they do now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from rich.segment import Segment
from textual import events
from textual.strip import Strip

from ...model.language.words import tr
from ..actions.registry import action_of
from ..draw.frame import FrameWidget
from ..draw.widths import cells
from ..settings.bindings import FIRST_HINT, FOOTER, HINTS, KEY_BINDINGS, label_of

if TYPE_CHECKING:
    from ..session.context import Context

PARTING = " · "
"""What stands between two hints."""


class KeybarItem(Struct, frozen=True):
    """A key of the footer, and whether it does anything now."""

    key: str
    label: str
    action: str
    is_idle: bool


class KeyBar(FrameWidget):
    """One row of keys and what they do; a click does it.  A key that cannot act now is dimmed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "keybar--key",
        "keybar--label",
        "keybar--hint",
        "keybar--idle",
    }

    def __init__(self, context: Context) -> None:
        super().__init__(id="keybar")
        self.context = context
        self._spans: list[tuple[int, int, str]] = []
        self._shown: tuple[list[KeybarItem], str] = [], ""

    def look(self) -> None:
        """Draw again if the keys do something else now."""
        if self._now() != self._shown:
            self.refresh()

    def _now(self) -> tuple[list[KeybarItem], str]:
        return self._items(), self.context.focused_pane().ID

    def _items(self) -> list[KeybarItem]:
        keys = self.context.keys
        items = [
            KeybarItem(keys.shown(each.id), label_of(each), f"act('{each.id}')", self._is_idle(each.id))
            for each in FOOTER
        ]
        if self.context.deck.zoomed is not None:
            id = "zoom" if self.context.before_help is None else "clear"
            items.insert(-2, KeybarItem(keys.shown(id), tr("back"), f"act('{id}')", False))
        return items

    def _is_idle(self, id: str) -> bool:
        return bool(action_of(id).unavailable(self.context))

    def _hints(self) -> Iterator[tuple[str, str]]:
        """The way in, the keys of the focused pane, then those that may come into someone's mind next; and
        their actions."""
        pane, keys = self.context.focused_pane(), self.context.keys
        yield f"{keys.shown(FIRST_HINT)} {label_of(KEY_BINDINGS[FIRST_HINT])}", f"act('{FIRST_HINT}')"
        for each in pane.KEYS:
            yield f"{keys.shown(each.id)} {label_of(each)}", f"pane_act('{pane.ID}', '{each.id}')"
        for id in HINTS:
            yield f"{keys.shown(id)} {label_of(KEY_BINDINGS[id])}", f"act('{id}')"

    def render_line(self, y: int) -> Strip:
        """As many keys as fit."""
        self._spans = []
        self._shown = self._now()
        segments: list[Segment] = []
        column = 0
        for item in self._shown[0]:
            texts = (f" {item.key} ", f"{item.label} ")
            width = cells(texts[0]) + cells(texts[1])
            if column + width > self.size.width:
                break
            styles = ("idle", "idle") if item.is_idle else ("key", "label")
            segments += [self._segment(text, style) for text, style in zip(texts, styles, strict=True)]
            self._spans.append((column, column + width, item.action))
            column += width
        return Strip([*segments, *self._rest(column)]).crop(0, self.size.width)

    def _rest(self, column: int) -> Iterator[Segment]:
        """Hints at the right end, as many as there is room for; the last is the palette, which has them
        all."""
        key = self.context.keys.shown("palette")
        words = f"{key} {label_of(KEY_BINDINGS['palette'])}"
        is_narrow = column + cells(words) + 2 > self.size.width
        palette = key if is_narrow else words, "act('palette')"
        room = self.size.width - column - 2 - cells(palette[0]) - len(PARTING)
        hints: list[tuple[str, str]] = []
        for at, (text, action) in enumerate(self._hints()):
            taken = cells(text) + len(PARTING)
            if taken <= room:
                room -= taken
                hints.append((text, action))
            elif at:
                break
        hints += [palette] if column + cells(palette[0]) + 2 <= self.size.width else []
        width = sum(cells(text) + len(PARTING) for text, _ in hints)
        yield Segment(" " * max(self.size.width - column - width, 0), self.component(""))
        column = self.size.width - width
        for at, (text, action) in enumerate(hints, 1):
            self._spans.append((column, column + cells(text) + len(PARTING), action))
            yield self._segment(text + (PARTING if at < len(hints) else " " * len(PARTING)), "hint")
            column += cells(text) + len(PARTING)

    def _segment(self, text: str, style: str) -> Segment:
        return Segment(text, self.component(f"keybar--{style}"))

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                await self.run_action(f"app.{action}")
                return
