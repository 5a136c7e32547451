"""Who called what a log's replay does: a line says it, or it is inferred, and then nobody is named."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.opening import replay_of
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.source.provenance import Inferred, caller_words, provenance
from bootstep.model.trace.events import Kind

LOG = """\
Linux version 4.9.96 (user@host) (gcc version 6.3.0 (GCC) ) #2 SMP
BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable
memblock_add: [0x00000000100000-0x0000003fffffff] flags 0x0 memblock_x86_fill+0x40/0x5f
MEMBLOCK configuration:
 memory size = 0x3ff00000 reserved size = 0x1000000
 memory.cnt  = 0x1
 memory[0x0]\t[0x00000000100000-0x0000003fffffff], 0x3ff00000 bytes flags: 0x0
 reserved.cnt  = 0x1
 reserved[0x0]\t[0x00000001000000-0x00000001ffffff], 0x1000000 bytes flags: 0x0
"""


def test_a_step_that_is_inferred_has_no_caller() -> None:
    source = replay_of(log_of_text(LOG, "dmesg.txt"))
    source.run()
    trace = source.trace
    calls = [
        event
        for event in range(len(trace))
        if trace.kind(event) == Kind.ENTER
        and trace.function(event).name in ("memblock_add", "memblock_reserve")
    ]
    said = {trace.function(event).name: caller_words(trace, event, "nobody") for event in calls}
    assert said["memblock_add"] == "called from memblock_x86_fill"
    assert said["memblock_reserve"].startswith("inferred, ")
    assert any(isinstance(provenance(trace, event), Inferred) for event in calls)
