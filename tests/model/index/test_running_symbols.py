"""Symbols where the kernel runs: KASLR moves them with the image."""

from __future__ import annotations

from bootstep.boots.init.main import prepare
from bootstep.boots.sources.model_boot import facts_of
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.index.calls import CallIndex
from bootstep.model.index.running_symbols import RunningSymbols
from captured import booted


def test_kaslr_moves_the_symbols_of_the_image() -> None:
    kernel = booted("kaslr")
    symbols = RunningSymbols(facts_of(kernel), CallIndex(kernel.trace, ARM64))
    assert kernel.kaslr_offset
    for name in ("_text", "_stext", "_end", "swapper_pg_dir"):
        assert symbols[name] == kernel.va_symbol(name)


def test_before_the_first_step_they_are_as_linked() -> None:
    kernel = booted("kaslr").again()
    prepare(kernel)
    symbols = RunningSymbols(facts_of(kernel), CallIndex(kernel.trace, ARM64))
    assert dict(symbols) == dict(kernel.image.symbols)


def test_without_kaslr_they_stay_as_linked() -> None:
    kernel = booted("m1g")
    symbols = RunningSymbols(facts_of(kernel), CallIndex(kernel.trace, ARM64))
    assert dict(symbols) == dict(kernel.image.symbols)


def test_the_symbol_nearest_to_an_address_of_the_image() -> None:
    kernel = booted("kaslr")
    symbols = RunningSymbols(facts_of(kernel), CallIndex(kernel.trace, ARM64))
    place = symbols["swapper_pg_dir"]
    assert symbols.nearest(place) == "swapper_pg_dir"
    assert symbols.nearest(place + 8) == "swapper_pg_dir+8"
    assert symbols.nearest(symbols["_text"] - 1) == symbols.nearest(symbols["_end"]) == ""
