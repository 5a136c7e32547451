"""A sentence in the language that was chosen (gettext): English is what stands in the code, and the key of
the catalogue.  A sentence is looked up when it is said, never when a module is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "bootstep"
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh": "中文"}
"""The languages there are, by what `--lang` and the locale call them, each in its own words."""
CATALOGUES = Path(__file__).parent / "catalogues"
_chosen: list[tuple[str, NullTranslations | None]] = [(ENGLISH, None)]
"""The language that is spoken, and its catalogue; English needs none."""


def choose(language: str) -> None:
    """Speak one of `LANGUAGES` from here on.  Raises `KeyError`: there is no such language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    if language == ENGLISH:
        _chosen[0] = language, None
        return
    from gettext import translation  # ten milliseconds, which a start in English does without

    _chosen[0] = language, translation(DOMAIN, CATALOGUES, [language])


def language() -> str:
    """The language that is spoken, a key of `LANGUAGES`."""
    return _chosen[0][0]


def tr(sentence: str, /, **values: object) -> str:
    """A sentence of the code in the chosen language; ``{name}`` in it is replaced by the value of that name,
    which may be formatted as `str.format` has it."""
    catalogue = _chosen[0][1]
    said = sentence if catalogue is None else catalogue.gettext(sentence)
    return said.format(**values) if values else said


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """`one` for a count of 1, else `many`; ``{count}`` in it is the count."""
    catalogue = _chosen[0][1]
    said = (one if count == 1 else many) if catalogue is None else catalogue.ngettext(one, many, count)
    return said.format(count=count, **values)


def translatable(sentence: str) -> str:
    """A sentence of a table, which `tr` is given later: the catalogue finds it by this."""
    return sentence


def translatable_lines(text: str) -> str:
    """A text of a table, each of whose lines is a sentence to the catalogue; `tr_lines` is given it later."""
    return text


def tr_lines(text: str) -> str:
    """A text, line by line in the chosen language."""
    return "\n".join(tr(line) if line else "" for line in text.split("\n"))


def local(texts: dict[str, str]) -> str:
    """Of a text that is there in several languages, by their names: the one in the chosen language, or else
    the English one, or else the first."""
    return texts.get(language()) or texts.get(ENGLISH) or next(iter(texts.values()))
