"""A kernel log as a machine: from its lines to a replay, with all that is found out about its kernel."""

from __future__ import annotations

from ....model.arch.arches import ARCHES, DEFAULT_ARCH
from ....model.build.release import DEFAULT_RELEASE, parse_release
from ....model.logs.grammar.understand import understand
from ....model.logs.head import log_head
from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.record import Understood
from ....model.logs.told import NOTHING_TOLD, ToldByHand
from ....model.source.capabilities import Capabilities
from ....model.source.facts import Facts, Limits
from .replay import LogReplay
from .scribe import MAX_NUMNODES, has_nodes

KIND = "a kernel log"
PAGE_SIZE = 4096
"""Of a kernel that does not tell."""
TELLS = Capabilities(
    page_tables=False, sections=False, source=False, locals=False, what_if=False, exact_state=False
)


def replay_of(log: KernelLog, told: ToldByHand = NOTHING_TOLD) -> LogReplay:
    """The replay of a log, ready to run; `told` is what somebody says of its kernel."""
    understood = understand(log.lines)
    return LogReplay(log, understood, _facts(log, understood, told))


def _facts(log: KernelLog, understood: Understood, told: ToldByHand) -> Facts:
    head = log_head(line.text for line in log.lines)
    release = told.release or parse_release(head.release)
    arch = ARCHES.get((told.arch or head.arch).replace("-", "_"))
    assumed: list[str] = []
    if release is None:
        assumed.append(f"the log does not tell its kernel's release, the rules of {DEFAULT_RELEASE} hold")
    return Facts(
        name=log.source,
        release=release or DEFAULT_RELEASE,
        arch=arch or DEFAULT_ARCH,
        kind=KIND,
        can=TELLS,
        assumed=tuple(assumed),
        limits=Limits(
            page_shift=(told.page_size or PAGE_SIZE).bit_length() - 1,
            max_numnodes=MAX_NUMNODES if has_nodes(understood) else 1,
        ),
    )
