"""The welcome: what is modelled, what the panes will show, and five keys.  It stands where memory will be,
until there is some, or until it is left; then it never comes back."""

from __future__ import annotations

from ....model.language.words import tr, translatable
from ....model.source.provenance import is_from_log
from ...draw.lines import Line
from ...draw.widths import wrapped
from ...session.snapshot import Snapshot
from ...settings.bindings import PANE_KEYS
from ..pane import Pane, Place


class WelcomePane(Pane):
    """A few sentences; nothing in them moves."""

    ID = "welcome"
    PLACE = Place("regions", 0)
    NAME = translatable("welcome")
    ABOUT = translatable(
        "What this is, for who is here for the first time. Esc closes it, and it does not come back."
    )
    COMES_FORWARD = True
    ONCE = True

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The sentences, wrapped."""
        self.header = []
        self._lines = [
            [(part, style)]
            for sentence, style in (
                (_what(snapshot), "strong"),
                (self._panes(), ""),
                (self._keys(), "accent"),
                (self._more(), "accent"),
            )
            for part in wrapped(sentence, max(width, 8))
        ]

    def _panes(self) -> str:
        names = ("source", "memblock", "pagetables", "sections", "zones", "log")
        return tr(
            "A step is one function of the kernel: {source} shows it. The panes show what it did to memory: "
            "{memblock} who has it, {pagetables} page tables, {sections} sections, {zones} zones, {log} the "
            "log.",
            **{name: self.keys.shown(PANE_KEYS[name]) for name in names},
        )

    def _keys(self) -> str:
        return self.keys.words(
            tr(
                "⟨step⟩ step · ⟨back⟩ back · ⟨phase⟩ next phase · ⟨explain⟩ explains · ⟨command⟩ "
                "commands, as in gdb"
            )
        )

    def _more(self) -> str:
        return self.keys.words(tr("⟨tours⟩ tours · ⟨help⟩ all keys · ⟨clear⟩ closes this welcome for good"))

    def is_over(self, snapshot: Snapshot) -> bool:
        """As soon as there is something to see in other panes."""
        regions = (*snapshot.now.memory, *snapshot.now.reserved)
        return any(region.size for region in regions) or any(
            not tree.is_empty for tree in snapshot.now.trees.values()
        )

    def count(self) -> int:
        """Lines of all sentences."""
        return len(self._lines) if self.snapshot is not None else 0

    def line(self, index: int) -> Line:
        """One of them."""
        return self._lines[index]

    def sources(self, snapshot: Snapshot) -> tuple[object, ...]:
        """It is the same all along."""
        return (snapshot.facts,)


def _what(snapshot: Snapshot) -> str:
    facts = snapshot.facts
    if is_from_log(snapshot.trace):
        words = tr("Welcome. This is the boot that the log {name} tells of: Linux {release} on {arch}.")
    else:
        words = tr("Welcome. This is how Linux {release} finds its memory on {name}, {arch}.")
    return words.format(name=facts.name, release=facts.release, arch=facts.arch.name)
