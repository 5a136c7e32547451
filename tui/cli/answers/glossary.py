"""``bootstep glossary``: what the words on the screen mean."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ....model.base.errors import InputError
from ....model.language.words import tr
from ..parser import Parser
from .question import JSON, TEXT


def run(words: Sequence[str]) -> int:
    """Print what a word means, or all words there are.  Raises `InputError`."""
    parser = Parser(
        "bootstep glossary", description=tr("what the words, flags and letters on the screen mean")
    )
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help=tr("no-map, UXN, 'linear map', …; none: all of them")
    )
    parser.add_argument("--format", choices=(TEXT, JSON), default=TEXT, help=tr("text, or one JSON object"))
    given = parser.parse_args(list(words))
    from ....model.debugger.inspect.answers_json import paragraphs_json
    from ....model.lecture.glossary.questions import KIND, UnknownWord, listing, told
    from ....model.lecture.telling import text_of

    word = " ".join(given.words)
    try:
        found = told(word) if word else listing()
    except UnknownWord as error:
        raise InputError(str(error)) from None
    if given.format == JSON:
        print(
            json.dumps(
                {"kind": KIND, "word": word, "paragraphs": paragraphs_json(found.paragraphs)}, sort_keys=True
            )
        )
    else:
        print(text_of(found))
    return 0
