"""Boots that questions are asked about: of every architecture, page size and source of traces."""

from __future__ import annotations

from functools import cache

from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.lecture.questions.making import questions
from bootstep.model.lecture.questions.material import Material
from bootstep.model.lecture.questions.question import Question
from bootstep.model.source.trace_file import RecordedBoot, recorded
from bootstep.tui.cli import sources
from bootstep.tui.cli.parser import Parser
from in_blocks import IN_BLOCKS
from opened_logs import DEBUGGED, PLAIN, opened
from sweeps import sweep

BOOTED = (
    *("virt-1g", "virt-1g-64k", "virt-1g-6.12", "virt-512m-5.7", "sections-512m", "broken-1g"),
    *("pc-8g", "pc-6g-numa2", "server-8g"),
)
BOOTED_QUICKLY = ("virt-1g", "pc-6g-numa2")
"""Those that stand for all while one works."""
RECORDED = "recorded"
"""A boot that was recorded, from what is in its file."""
LOGS = {"debugged log": DEBUGGED, "plain log": PLAIN}
ALL = (*BOOTED, RECORDED, *LOGS)
EACH = sweep(ALL, *BOOTED_QUICKLY, RECORDED, *LOGS)
"""Each of them for a test."""
COUNT = 120
TOLD = {"server-8g": ("--cmdline", f"console=ttyAMA0 {IN_BLOCKS}")}
"""What machines are told besides."""


def _source(name: str) -> object:
    parser = Parser("test")
    sources.add_machine(parser)
    given = sources.parse(parser, [name, *TOLD.get(name, ())])
    source = sources.named(given.machine, given).open()
    source.run()
    return source


@cache
def material(name: str) -> Material:
    """The boot of that name, for questions."""
    if name in LOGS:
        log: LogReplay = opened(LOGS[name])
        log.run()
        return Material(log.trace, log.facts)
    if name == RECORDED:
        read = RecordedBoot.read(recorded(_source("virt-512m"), "tests"), "virt-512m.trace")  # pyright: ignore
        return Material(read.trace, read.facts)
    source = _source(name)
    return Material(source.trace, source.facts)  # pyright: ignore


@cache
def asked(name: str) -> tuple[Question, ...]:
    """Questions of all kinds about that boot."""
    return tuple(questions(material(name), COUNT, 3))


def of_kind(name: str, *kinds: str) -> list[Question]:
    """Those of some kinds."""
    return [question for question in asked(name) if question.kind in kinds]
