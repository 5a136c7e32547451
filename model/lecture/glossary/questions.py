"""What somebody asks about words, answered in paragraphs: one word, a line of the screen, all words there
are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ...analysis.zones import LETTERS
from ...debugger.inspect.answers import Paragraph, Said, WordsAnswer
from ...language.words import tr, translatable
from .terms import Term, all_terms, all_with, find, known_words

KIND = "terms"
MOST_WORDS = 3
"""Words that a term on a line has at most."""
MOST_TERMS = 40
"""Terms of one line that are told."""
LONGEST = 200
"""Characters of a word that is asked about."""
SUBJECTS = {
    "memblock": translatable("memblock"),
    "pagetables": translatable("page tables"),
    "areas": translatable("virtual addresses"),
    "zones": translatable("nodes and zones"),
    "sections": translatable("sections"),
    "firmware": translatable("firmware"),
    "kernel": translatable("the kernel"),
    "screen": translatable("this program"),
    "glyphs": translatable("letters and glyphs"),
}
"""What the files of terms are about."""
OF_PANES = {"zones": tuple(LETTERS.values())}
"""Letters that a pane shows beside those of its legend."""
_WORD = re.compile(r"[\w/#.=+-]*\w[\w/]*=?|\S")
_ASKED = re.compile(r"^(?:(?:is|are)\s+)?(?:(?:an?|the)\s+)?(.*?)[\s?.]*$", re.IGNORECASE)


class UnknownWord(ValueError):
    """There is no term for a word; the sentence offers the nearest ones."""


def asked_about(words: str) -> str:
    """The word in a question: ``is no-map?`` asks about ``no-map``."""
    found = _ASKED.match(words.strip())
    return found[1] if found and found[1] else words.strip()


def told(words: str) -> WordsAnswer:
    """What a word means, and others that are spelled like it.  Raises `UnknownWord`."""
    if len(words) > LONGEST:
        raise UnknownWord(tr("a word has at most {count} characters", count=LONGEST))
    word = words.strip() if find(words) else asked_about(words)
    terms = all_with(word) if word else ()
    if not terms:
        raise UnknownWord(_unknown(word))
    return WordsAnswer(KIND, tuple(paragraph(term) for term in terms))


def _unknown(word: str) -> str:
    near = nearest(word)
    if near:
        return tr(
            "the glossary does not have “{word}”; near it are {words}", word=word, words=tr(", ").join(near)
        )
    return tr("the glossary does not have “{word}”; glossary alone lists what it has", word=word)


def nearest(word: str, most: int = 3) -> list[str]:
    """Words of the glossary that are spelled like one, or that have it inside, the nearest first."""
    folded = {name.lower(): name for name in reversed(known_words())}
    asked = word.lower()
    found = get_close_matches(asked, folded, n=most, cutoff=0.6)
    inside = sorted((name for name in folded if asked and asked in name), key=len) if len(asked) > 2 else []
    return [folded[name] for name in dict.fromkeys((*found, *inside))][:most]


def paragraph(term: Term) -> Paragraph:
    """All that is told of a term."""
    said = [Said(_sentence(term.short)), Said(term.more)]
    others = [name for name in dict.fromkeys(term.also) if name != term.word]
    if others:
        said.append(Said(tr("Also: {words}.", words=tr(", ").join(others))))
    if term.source:
        said.append(Said(tr("In the kernel's source: {place}.", place=term.source)))
    if term.see:
        said.append(Said(tr("See also: {words}.", words=tr(", ").join(_shown(term.see)))))
    return Paragraph(term.word, tuple(said))


def _shown(keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        term = find(key)
        yield key if term is None else term.word


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + tr(".")


def listing() -> WordsAnswer:
    """Every term with its short sentence, by subject."""
    return WordsAnswer(KIND, tuple(_subject(name) for name in SUBJECTS))


def _subject(name: str) -> Paragraph:
    terms = [term for term in all_terms() if term.subject == name]
    said = (Said(tr("{word}: {meaning}", word=term.word, meaning=term.short)) for term in terms)
    return Paragraph(tr(SUBJECTS[name]), tuple(said))


# ---- a line of the screen ----


def terms_in(text: str) -> list[Term]:
    """The terms whose words are in a line, in its order: of several that begin at a word the longest."""
    words = list(_WORD.finditer(text))
    found: dict[str, Term] = {}
    at = 0
    while at < len(words):
        for count in range(min(MOST_WORDS, len(words) - at), 0, -1):
            term = _term(text[words[at].start() : words[at + count - 1].end()])
            if term is not None:
                found.setdefault(term.key, term)
                at += count
                break
        else:
            at += 1
    return list(found.values())[:MOST_TERMS]


def _term(words: str) -> Term | None:
    """The term of words on a line: short ones and glyphs must be written exactly so."""
    term = None if words.isdecimal() else find(words) or find(words.rstrip(".:,"))
    if term is None or len(words) > 3:
        return term
    return term if words in term.names or words.rstrip(".:,") in term.names else None


def of_line(text: str, glyphs: Iterable[str], pane: str) -> WordsAnswer:
    """What is told of a line of a pane: the terms on it, the pane's glyphs, and the pane itself."""
    on_line = terms_in(text)
    told_of = {term.key for term in on_line}
    glyphs = (*glyphs, *OF_PANES.get(pane, ()))
    signs = {term.key: term for glyph in glyphs for term in signs_of(glyph) if term.key not in told_of}
    around = find(pane)
    paragraphs = [paragraph(term) for term in on_line]
    if signs:
        lines = (Said(tr("{word}: {meaning}", word=each.word, meaning=each.short)) for each in signs.values())
        paragraphs.append(Paragraph(tr("letters and glyphs here"), tuple(lines)))
    if around is not None and around.key not in told_of:
        paragraphs.append(paragraph(around))
    return WordsAnswer(KIND, tuple(paragraphs))


def signs_of(glyph: str) -> tuple[Term, ...]:
    """What a glyph or a letter of a map may stand for."""
    signs = [term for term in all_terms() if term.subject == "glyphs"]
    return tuple(term for term in signs if glyph in term.names)
