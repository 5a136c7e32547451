"""A sheet and its key as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..question import Question, letter
from .contents import Sheet


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The questions, without the answers."""
    yield _text(sheet, [_asked(number, question) for number, question in enumerate(sheet.questions, 1)])


def key_lines(sheet: Sheet) -> Iterator[str]:
    """The answers."""
    yield _text(sheet, [_answered(number, question) for number, question in enumerate(sheet.questions, 1)])


def whole_lines(sheet: Sheet) -> Iterator[str]:
    """Questions and answers in one object."""
    both = [
        {**_asked(number, question), **_answered(number, question)}
        for number, question in enumerate(sheet.questions, 1)
    ]
    yield _text(sheet, both)


def _text(sheet: Sheet, questions: list[dict[str, Any]]) -> str:
    facts = sheet.facts
    whole = {
        "machine": facts.name,
        "arch": facts.arch.name,
        "release": str(facts.release),
        "seed": sheet.seed,
        "questions": questions,
    }
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False)


def _asked(number: int, question: Question) -> dict[str, Any]:
    return {
        "number": number,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "position": question.position,
        "at": question.moment,
        "text": question.text,
        "form": question.form,
        "unit": question.unit,
        "choices": {letter(at): choice.text for at, choice in enumerate(question.choices)},
    }


def _answered(number: int, question: Question) -> dict[str, Any]:
    return {
        "number": number,
        "answer": question.answer,
        "shown": question.shown,
        "letter": question.letter() if question.choices else None,
        "reveal": question.reveal,
        "explanation": question.explanation,
        "place": question.place,
    }
