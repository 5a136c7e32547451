"""A first hour with ``import bootstep``: run as a script by test_api.py, and to be read like a notebook.

Every part prints what a notebook would show, and asserts what it says.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import bootstep

# ---- a boot, and what happens in it ----

boot = bootstep.boot("virt-1g", cmdline="cma=32M")
print(boot)
assert boot.arch == "arm64" and boot.release >= (6, 1)

reserving = boot.events.calls("memblock_reserve")
print(reserving[0].text)
assert reserving[0].arguments["base"] == 0x48000000
assert all(call.result == 0 for call in reserving)

print(boot.log.grep("cma:")[0])
assert "Reserved 32 MiB" in boot.log.grep("cma:")[0]

# ---- states of several moments at once ----

early, late = boot.at("paging_init:return"), boot.at("end")
print(early, late, sep="\n")
assert len(early.memblock.reserved) < len(late.memblock.reserved)

image = late.memblock.reserved[0]
assert {"kernel text", "kernel data"} <= {share.name for share in image.owners}
assert late.zones[0].managed < late.zones[0].present

# Where CMA is: below 4 GiB, aligned to 4 MiB, 32 MiB long.
(cma,) = (share for region in late.memblock.reserved for share in region.owners if "CMA" in share.name)
assert cma.size == 32 << 20

# A crash kernel fits.
crash = bootstep.boot("virt-1g", cmdline="crashkernel=128M").at("end")
assert crash.memblock.reserved.owned_by("crash kernel")[0].size >= 128 << 20

# No two regions of a board with many reserved nodes overlap.
phone = bootstep.boot("phone-4g").at("end")
for array in (phone.memblock.memory, phone.memblock.reserved):
    assert not any(one.overlaps(other) for one, other in combinations(array, 2))
    assert all(one.end <= other.base for one, other in pairwise(array))

# ---- what differs ----

other = bootstep.boot("virt-1g", cmdline="cma=64M")
difference = bootstep.diff(boot, other)
print(repr(difference))
assert difference
assert difference.first is not None and difference.first.left == 'boot_command_line = "cma=32M"'
assert not bootstep.diff(boot, other, at="early_fixmap_init")  # the command line has not been read yet

# ---- step through it ----

debugger = boot.debugger()
print(debugger.until("paging_init").text)
assert debugger.where().frames[-1].function.name == "paging_init"
assert debugger.evaluate("memstart_addr") == 0x40000000

gdb = boot.commands()
print(gdb.execute("break memblock_reserve if size > 16M").text)
print(gdb.execute("continue").text)
assert gdb.debugger.evaluate("size") == 32 << 20

# ---- keep it, show it ----

with TemporaryDirectory() as directory:
    kept = Path(directory) / "boot.trace"
    boot.save(kept)
    again = bootstep.boot(kept)
    assert len(again.events) == len(boot.events)
    assert again.at("end").memblock.reserved == late.memblock.reserved

assert boot.svg("paging_init:return", "end", direction="down").startswith("<svg")
print([machine.name for machine in bootstep.machines() if machine.arch == "x86_64"])
