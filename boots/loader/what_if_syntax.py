"""What somebody wants to try, as it is typed: ``add mem=600M``, ``ram 2G``, ``set /path:name=<0x1>`` …"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field, structs

from ...model.base.errors import InputError
from ...model.files.input_files import path_of, read_text
from ..core.inputs import Machine
from .architectures import architecture_of
from .board.map_changes import EntryChange, HoleChange, MapChange
from .board.memory_shares import parse_nodes
from .board.tree_changes import Change, NodeChange, PropertyChange
from .files.numbers import physical_address, start_and_size
from .kernel.stock import pages_of, stock_kernels, with_stock
from .load import device_tree
from .machine_file import read_machine, shipped_machines
from .what_if import LACKING, MAP, TREE, Variation, parse_ram


class WhatIf(Struct, frozen=True):
    """A machine, how its boot is varied, and what was asked for to get there: each wish's verb and how it is
    told."""

    machine: Machine
    variation: Variation = field(default_factory=Variation)
    wishes: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """All wishes in a few words, nothing if there are none."""
        return ", ".join(words for _, words in self.wishes)

    def wished(self, text: str) -> WhatIf:
        """This with one more wish, or another in the place of one that it contradicts.  Raises
        `InputError`."""
        verb, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        wish = WISHES.get(verb)
        board = _board(self.machine)
        if wish is None:
            known = ", ".join(verb for verb, each in WISHES.items() if each.board in ("", board))
            raise InputError(f"what if what? expected one of {known}, such as add mem=600M")
        if wish.board not in ("", board):
            raise InputError(f"{self.machine.name}: {LACKING[wish.board]}")
        if not rest and verb != "cmdline":
            raise InputError(f"what if {verb}: expected {wish.wanted}")
        found = wish.grant(self, rest)
        words = rest if verb == "add" else f"{verb} {rest}".strip()
        kept = tuple(old for old in self.wishes if old[0] not in wish.replaces)
        return structs.replace(found, wishes=(*kept, (verb, words)))


class Wish(NamedTuple):
    """A kind of wish: how it is granted, what is typed after its verb, the verbs of the earlier wishes that
    it makes void, and the only boards it is for ("": all)."""

    grant: Callable[[WhatIf, str], WhatIf]
    wanted: str
    replaces: tuple[str, ...] = ()
    board: str = ""


def _board(machine: Machine) -> str:
    return TREE if architecture_of(machine).hand_over is None else MAP


def _varied(before: WhatIf, variation: Variation) -> WhatIf:
    return structs.replace(before, variation=variation)


def _cmdline(before: WhatIf, words: str) -> WhatIf:
    return _varied(before, structs.replace(before.variation, cmdline=words, more=""))


def _add(before: WhatIf, words: str) -> WhatIf:
    more = f"{before.variation.more} {words}".strip()
    return _varied(before, structs.replace(before.variation, more=more))


def _ram(before: WhatIf, words: str) -> WhatIf:
    return _varied(before, structs.replace(before.variation, ram=parse_ram(words)))


def _numa(before: WhatIf, words: str) -> WhatIf:
    return _varied(before, structs.replace(before.variation, numa=parse_nodes(words)))


def _initrd(before: WhatIf, words: str) -> WhatIf:
    return _varied(before, structs.replace(before.variation, initrd=_start_and_size(words)))


def _start_and_size(words: str) -> tuple[int, int]:
    try:
        return start_and_size(words)
    except ValueError as error:
        raise InputError(f"initrd {words}: {error}") from None


def _load_address(before: WhatIf, words: str) -> WhatIf:
    return _varied(before, structs.replace(before.variation, load_address=_address(words)))


def _dtb_address(before: WhatIf, words: str) -> WhatIf:
    return _varied(before, structs.replace(before.variation, dtb_address=_address(words)))


def _address(words: str) -> int:
    try:
        return physical_address(words)
    except ValueError as error:
        raise InputError(f"{words}: {error}") from None


def _node(before: WhatIf, words: str) -> WhatIf:
    return _with_change(before, NodeChange.parse(words))


def _delete(before: WhatIf, words: str) -> WhatIf:
    return _with_change(before, NodeChange.removal(words))


def _set(before: WhatIf, words: str) -> WhatIf:
    return _with_change(before, PropertyChange.parse(words))


def _remove(before: WhatIf, words: str) -> WhatIf:
    return _with_change(before, PropertyChange.removal(words))


def _with_change(before: WhatIf, change: Change) -> WhatIf:
    changes = (*before.variation.changes, change)
    return _varied(before, structs.replace(before.variation, changes=changes))


def _entry(before: WhatIf, words: str) -> WhatIf:
    return _with_map_change(before, EntryChange.parse(words))


def _hole(before: WhatIf, words: str) -> WhatIf:
    return _with_map_change(before, HoleChange.parse(words))


def _with_map_change(before: WhatIf, change: MapChange) -> WhatIf:
    entries = (*before.variation.entries, change)
    return _varied(before, structs.replace(before.variation, entries=entries))


def _overlay(before: WhatIf, words: str) -> WhatIf:
    """One more overlay over the board; what is wrong with it is said before anything boots."""
    try:
        path = path_of(words, Path.cwd())
    except ValueError as error:
        raise InputError(f"overlay {words}: {error}") from None
    machine = structs.replace(before.machine, overlays=(*before.machine.overlays, path))
    device_tree(machine)
    return structs.replace(before, machine=machine)


def shipped_releases(arch: str) -> list[str]:
    """The releases of the shipped kernels of an architecture."""
    return list(dict.fromkeys(str(kernel.release) for kernel in stock_kernels() if kernel.arch == arch))


def _release(before: WhatIf, text: str) -> WhatIf:
    """Another shipped kernel on the same board, one with the same pages if there is."""
    arch = before.machine.arch
    releases = shipped_releases(arch)
    if text not in releases:
        raise InputError(f"release {text}: no such kernel is shipped, there are {', '.join(releases)}")
    pages = pages_of(arch, read_text(before.machine.config)) if before.machine.config else 4
    of_release = [kernel for kernel in stock_kernels() if kernel.arch == arch and str(kernel.release) == text]
    stock = min(of_release, key=lambda kernel: kernel.pages != pages)
    machine = structs.replace(before.machine, release=stock.release, config=None, sizes=None, constants=None)
    return structs.replace(before, machine=with_stock(machine, stock))


def _machine(before: WhatIf, words: str) -> WhatIf:
    return structs.replace(before, machine=read_machine(words))


WISHES: dict[str, Wish] = {
    "add": Wish(_add, "a few words for the command line"),
    "cmdline": Wish(_cmdline, "a command line", ("cmdline", "add")),
    "ram": Wish(_ram, "a size such as 2G", ("ram",)),
    "numa": Wish(_numa, "how many nodes, such as 2", ("numa",)),
    "initrd": Wish(_initrd, "an address and a size, or none", ("initrd",)),
    "load-address": Wish(_load_address, "an address such as 0x40200000", ("load-address",)),
    "dtb-address": Wish(_dtb_address, "an address such as 0x48000000", ("dtb-address",), TREE),
    "node": Wish(_node, "a node such as /reserved-memory/fw@70000000 { no-map; };", board=TREE),
    "delete": Wish(_delete, "a node's path", board=TREE),
    "set": Wish(_set, "a property such as /path:name=<0x1>", board=TREE),
    "overlay": Wish(_overlay, "a device tree overlay, source or blob,", board=TREE),
    "remove": Wish(_remove, "a property such as /path:name", board=TREE),
    "e820": Wish(_entry, "an entry such as 0x40000000-0x4fffffff reserved", board=MAP),
    "hole": Wish(_hole, "a range such as 0x40000000-0x4fffffff", board=MAP),
    "release": Wish(_release, "a shipped kernel's release such as 6.12", ("release", "machine")),
    "machine": Wish(_machine, "a machine's name or file", ("release", "machine", "overlay")),
}
"""Every kind of wish, by its verb."""


def wish_completions(machine: Machine) -> list[str]:
    """What may be typed on a machine: verbs for its board, and what is shipped of kernels and machines."""
    board = _board(machine)
    verbs = (verb for verb, wish in WISHES.items() if wish.board in ("", board))
    return [
        *(verb for verb in verbs if verb not in ("release", "machine")),
        *(f"release {release}" for release in shipped_releases(machine.arch)),
        *(f"machine {name}" for name in shipped_machines()),
    ]
