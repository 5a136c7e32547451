"""Which keys do what: those of the table, unless ``config.toml`` says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from textual.keys import KEY_NAME_REPLACEMENTS
from textual.keys import Keys as TerminalKeys

from .bindings import KEY_BINDINGS, SCROLLING, KeyBinding

SHOWN = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "insert": "Ins",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
"""What people call the keys whose names are not simply written with a capital."""
OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "del": "delete",
    "ins": "insert",
    "page_up": "pageup",
    "page_down": "pagedown",
    " ": "space",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+[": "escape",
}
"""Names for keys that Textual calls otherwise, and keys that a terminal cannot tell from others."""
MENTION = re.compile("⟨([a-z.-]+)⟩")
MODIFIERS = ("ctrl", "alt", "shift")


class KeyNameError(ValueError):
    """No key is called so; `nearest` is one that is, or nothing."""

    def __init__(self, name: str, nearest: str) -> None:
        super().__init__(name)
        self.nearest = nearest


def character_names() -> dict[str, str]:
    """Textual's names for the keys that print something other than a letter or a digit."""
    import unicodedata

    found: dict[str, str] = {}
    for code in range(33, 127):
        character = chr(code)
        if not character.isalnum():
            name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
            found[character] = KEY_NAME_REPLACEMENTS.get(name, name)
    return found


_NAMES = character_names()
_CHARACTERS = {name: character for character, name in _NAMES.items()}
_KNOWN = {key.value for key in TerminalKeys if not key.value.startswith(("<", "ctrl+"))}


def key_of(name: str) -> str:
    """Textual's name for a key that people write as ``s``, ``[``, ``PgUp`` or ``Ctrl+P``.  Raises
    `KeyNameError`."""
    if name in _NAMES:
        return _NAMES[name]
    if len(name) == 1 and name.isprintable() and name not in OTHER_NAMES:
        return name
    lowered = name.strip().lower() if name != " " else name
    lowered = OTHER_NAMES.get(lowered, lowered)
    *modifiers, base = lowered.split("+")
    base = OTHER_NAMES.get(base, base)
    is_letter = len(base) == 1 and base.isprintable() and bool(modifiers)
    if all(word in MODIFIERS for word in modifiers) and (is_letter or base in _KNOWN or base in _CHARACTERS):
        ordered = [word for word in MODIFIERS if word in modifiers]
        return "+".join((*ordered, _NAMES.get(base, base)))
    words = sorted({*_KNOWN, *_CHARACTERS, *OTHER_NAMES})
    raise KeyNameError(name, next(iter(get_close_matches(lowered, words, 1, 0.6)), ""))


def shown_key(key: str) -> str:
    """What people call a key of Textual's."""
    *modifiers, base = key.split("+")
    base = SHOWN.get(base) or _CHARACTERS.get(base) or (base if len(base) == 1 else base.capitalize())
    if "ctrl" in modifiers:
        base = base.upper() if len(base) == 1 else base
    return "+".join((*(word.capitalize() for word in modifiers), base))


class Keymap:
    """The keys of every action: `remapped` has, by the action's id, those that are not the table's."""

    def __init__(
        self, panes: Iterable[KeyBinding] = (), remapped: Mapping[str, tuple[str, ...]] | None = None
    ):
        self.bindings: dict[str, KeyBinding] = {key.id: key for key in all_bindings(panes)}
        self.remapped = dict(remapped or {})

    def of(self, id: str) -> tuple[str, ...]:
        """Textual's names for the keys of an action."""
        return self.remapped.get(id) or tuple(self.bindings[id].keys.split(","))

    def shown(self, id: str) -> str:
        """What people call the key of an action: for footers, help and sentences that name it."""
        return shown_key(self.remapped[id][0]) if id in self.remapped else self.bindings[id].shown

    def words(self, text: str) -> str:
        """A sentence with the key of each action whose id stands in it as ``⟨step⟩``."""
        return MENTION.sub(
            lambda found: self.shown(found[1]) if found[1] in self.bindings else found[0], text
        )

    def keymap(self) -> dict[str, str]:
        """The changes, as Textual takes them."""
        return {id: ",".join(keys) for id, keys in self.remapped.items()}


def all_bindings(panes: Iterable[KeyBinding]) -> Iterator[KeyBinding]:
    """Those of the table, of all views, and of single panes."""
    yield from KEY_BINDINGS.values()
    yield from SCROLLING
    yield from panes
