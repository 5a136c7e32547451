"""Where the RAM went as plain data for JSON: the ledger of a boot, and that of a kernel log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...analysis.accounting import Ledger, LedgerEntry
from ...analysis.from_log.rows import LogLedger, Part, Row
from ...analysis.mem_init_report import Account
from ...analysis.owner_rules import Owner
from ...base.units import hex_address
from ...logs.log_line import LogLine


def owner_json(owner: Owner) -> dict[str, Any]:
    """Who has a piece of memory, and what is behind it (null: the kernel itself)."""
    return {"owner": owner.name, "cause": owner.cause or None}


def ledger_json(found: Ledger) -> dict[str, Any]:
    """All RAM at a position, in bytes: the sizes of ``rows`` and ``free`` add up to ``memory``."""
    return {
        "memory": found.memory,
        "reserved": found.reserved,
        "free": found.free,
        "partial_free": found.partial_free,
        "nomap": found.nomap,
        "cma": found.cma,
        "rows": _entries(found.rows),
        "outside": _entries(found.outside),
        "account": _account(found.account) if found.account else None,
    }


def _entries(rows: Sequence[LedgerEntry]) -> list[dict[str, Any]]:
    return [
        {
            **owner_json(row.owner),
            "size": row.size,
            "pieces": row.pieces,
            "kind": row.kind,
            "first": hex_address(row.first),
        }
        for row in rows
    ]


def _account(account: Account) -> dict[str, Any]:
    """The kernel's own ``Memory:`` line, and the terms that its numbers are the sums of, in bytes."""
    return {
        "event": account.event,
        "text": account.text,
        "equations": [
            {
                "name": each.name,
                "printed": each.printed,
                "difference": each.difference,
                "terms": [{"text": term.words, "size": term.size} for term in each.terms],
            }
            for each in account.equations
        ],
    }


def log_ledger_json(found: LogLedger) -> dict[str, Any]:
    """All RAM of a machine as its log tells it: parts, the later ones of what earlier ones leave."""
    return {
        "parts": [_part(part) for part in found.parts],
        "notes": list(found.notes),
        "answers": [
            {"question": each.question, "answer": each.answer, "line": line_json(each.line)}
            for each in found.answers
        ],
        "advice": [{"option": each.option, "tells": each.tells} for each in found.advice],
    }


def _part(part: Part) -> dict[str, Any]:
    rows = [_row(row) for row in part.rows]
    line = line_json(part.line)
    return {"name": part.name, "size": part.total, "difference": part.difference, "line": line, "rows": rows}


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "size": row.size,
        "pieces": row.pieces,
        "known": row.known.value,
        "first": hex_address(row.first) if row.first is not None else None,
        "reason": row.why or None,
        "line": line_json(row.line),
    }


def line_json(line: LogLine | None) -> dict[str, Any] | None:
    """A line of a kernel log: its number in the file, the kernel's time in seconds, the text."""
    return {"number": line.number, "time": line.time, "text": line.text} if line else None
