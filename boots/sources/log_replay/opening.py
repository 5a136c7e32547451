"""A kernel log as a machine: from its lines to a replay, with all that is found out about its kernel."""

from __future__ import annotations

from msgspec import structs

from ....model.logs.grammar.understand import understand
from ....model.logs.identity import Identity, identify
from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.record import Understood
from ....model.logs.told import NOTHING_TOLD, ToldByHand
from ....model.source.capabilities import Capabilities
from ....model.source.facts import Facts, Limits
from .description import description
from .e820_map import has_e820
from .replay import LogReplay
from .scribe import MAX_NUMNODES, has_nodes

KIND = "a kernel log"
TELLS = Capabilities(
    page_tables=False, sections=False, source=False, locals=False, what_if=False, exact_state=False
)


def replay_of(log: KernelLog, told: ToldByHand = NOTHING_TOLD) -> LogReplay:
    """The replay of a log, ready to run; `told` is what somebody says of its kernel.  Raises `InputError` if
    that names an architecture that is not known."""
    understood = understand(log.lines, told)
    return LogReplay(log, understood, _facts(log, understood, identify(log, understood, told)))


def _facts(log: KernelLog, understood: Understood, identity: Identity) -> Facts:
    limits = Limits(
        page_shift=identity.page_size.value.bit_length() - 1,
        max_numnodes=MAX_NUMNODES if has_nodes(understood) else 1,
    )
    bits = identity.section_size_bits.value
    return Facts(
        name=log.source,
        release=identity.release.value,
        arch=identity.arch.value,
        kind=KIND,
        can=structs.replace(TELLS, e820=has_e820(understood)),
        sizeof_page=identity.sizeof_page.value,
        limits=limits if bits is None else limits._replace(section_size_bits=bits),
        description=(
            *description(log, understood),
            *(f"{name:14} {value} ({how})" for name, value, how in identity.rows()),
        ),
        assumed=identity.assumed(),
    )
