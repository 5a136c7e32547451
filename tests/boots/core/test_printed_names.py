"""Which functions show as callers in the log."""

from __future__ import annotations

from bootstep.boots.arm64.ops import ARM64
from bootstep.boots.core.printed_names import printed_names, sibling_calls
from bootstep.boots.x86.ops import X86
from bootstep.model.build.image.image import Image
from bootstep.model.build.kconfig import KConfig


def config(text):
    return KConfig.parse("CONFIG_SMP=y\n" + text, "test")


def image(*names):
    return Image("vmlinux", dict.fromkeys(names, 1), {name: name for name in names}, (), {})


def test_a_last_call_is_a_jump_where_functions_have_no_frame_pointers():
    names = image("memmap_alloc", "sparse_init_nid")
    assert set(printed_names(names, config(""), X86)) == {"sparse_init_nid"}
    assert "memmap_alloc" in printed_names(names, config("CONFIG_FRAME_POINTER=y\n"), X86)
    assert "memmap_alloc" in printed_names(names, config(""), ARM64)


def test_a_debug_message_after_it_makes_a_call_of_it():
    assert "pcpu_fc_alloc" in sibling_calls(config(""), X86)
    assert "pcpu_fc_alloc" not in sibling_calls(config("CONFIG_DYNAMIC_DEBUG=y\n"), X86)
