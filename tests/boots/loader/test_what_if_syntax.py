"""What somebody wants to try, as it is typed."""

from __future__ import annotations

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.tree_changes import NodeChange, PropertyChange
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.boots.loader.what_if_syntax import WISHES, WhatIf, wish_completions
from bootstep.model.base.errors import InputError


def wished(*texts: str) -> WhatIf:
    found = WhatIf(read_machine("virt-1g"))
    for text in texts:
        found = found.wished(text)
    return found


@pytest.mark.parametrize(
    ("text", "variation"),
    [
        ("add mem=600M", Variation(more="mem=600M")),
        ("cmdline mem=600M cma=32M", Variation(cmdline="mem=600M cma=32M")),
        ("cmdline", Variation(cmdline="")),
        ("ram 2G", Variation(ram=2 << 30)),
        ("initrd 0x49000000 8M", Variation(initrd=(0x4900_0000, 8 << 20))),
        ("initrd 0x49000000,0x800000", Variation(initrd=(0x4900_0000, 8 << 20))),
        ("initrd none", Variation(initrd=(0, 0))),
        ("set /a:b=<0x1>", Variation(changes=(PropertyChange("/a", "b", b"\0\0\0\1"),))),
        ("initrd 0x49000000,8M", Variation(initrd=(0x4900_0000, 8 << 20))),
        ("load-address 0x50200000", Variation(load_address=0x50200000)),
        ("dtb-address 1.25G", Variation(dtb_address=0x50000000)),
        ("delete /a", Variation(changes=(NodeChange("/a", None),))),
        ("remove /a:b", Variation(changes=(PropertyChange("/a", "b", None),))),
    ],
)
def test_a_wish_becomes_a_variation(text: str, variation: Variation) -> None:
    assert wished(text).variation == variation


def test_wishes_add_up_and_say_so() -> None:
    found = wished("add mem=600M", "ram 2G", "add cma=32M")
    assert found.variation == Variation(more="mem=600M cma=32M", ram=2 << 30)
    assert found.label == "mem=600M, ram 2G, cma=32M"


def test_a_wish_takes_the_place_of_what_it_contradicts() -> None:
    found = wished("add mem=600M", "ram 2G", "cmdline quiet", "ram 3G")
    assert found.variation == Variation(cmdline="quiet", ram=3 << 30)
    assert found.label == "cmdline quiet, ram 3G"


def test_another_release_boots_on_the_same_board() -> None:
    found = wished("release 6.12")
    kernel = load_what_if(found.machine, found.variation)
    boot(kernel)
    lines = [kernel.trace.log_text(event) for event in kernel.trace.logs if kernel.trace.is_printed(event)]
    assert any("6.12" in line for line in lines if line.startswith("Linux version"))
    assert found.machine.dts == read_machine("virt-1g").dts


def test_another_machine() -> None:
    assert wished("machine virt-512m").machine == read_machine("virt-512m")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "what if what? expected one of add, cmdline,"),
        ("mem=600M", "such as add mem=600M"),
        ("ram", "what if ram: expected a size such as 2G"),
        ("ram much", "'much' is not a size"),
        ("initrd 8M", "a start and a size are expected, such as"),
        ("set nothing", "a property reads like"),
        ("release 4.19", "no such kernel is shipped, there are .*6.1, .*6.12"),
        ("machine virt-2g", "did you mean"),
    ],
)
def test_what_cannot_be_wished_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace("?", r"\?")):
        wished(text)


def test_every_wish_is_offered() -> None:
    boards = {name: wish_completions(read_machine(name)) for name in ("virt-1g", "pc-2g")}
    verbs = {name: {words.split()[0] for words in offered} for name, offered in boards.items()}
    assert verbs["virt-1g"] | verbs["pc-2g"] == set(WISHES)
    of_trees = {"dtb-address", "node", "delete", "set", "overlay", "remove"}
    assert verbs["virt-1g"] - verbs["pc-2g"] == of_trees
    assert verbs["pc-2g"] - verbs["virt-1g"] == {"e820", "hole"}
    assert "release 6.6" not in boards["pc-2g"]
