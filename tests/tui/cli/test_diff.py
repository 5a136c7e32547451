"""``bootstep diff``: what it prints, and its exit status."""

from __future__ import annotations

import pytest
from bootstep.tui.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(("diff", *words))
    out, err = capsys.readouterr()
    return status, out, err


def test_a_machine_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "virt-512m", "virt-512m") == (0, "no differences\n", "")


def test_two_machines_differ(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "virt-512m", "virt-1g")
    assert status == 1
    assert "  all RAM: 512.0 MiB → 1.0 GiB (+512.0 MiB)" in out.splitlines()


def test_options_change_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "virt-1g", "--add", "mem=600M")
    assert status == 1
    assert "  > Memory limited to 600MB" in out.splitlines()
    _, same, _ = run(capsys, "virt-1g", "virt-1g", "--ram", "512M")
    assert "  all RAM: 1.0 GiB → 512.0 MiB (-512.0 MiB)" in same.splitlines()


def test_they_are_compared_at_a_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "virt-1g", "--add", "mem=600M", "--at", "early_fixmap_init")[:2] == (
        0,
        "no differences\n",
    )
    status, out, _ = run(capsys, "virt-1g", "--add", "mem=600M", "--at", "arm64_memblock_init:return")
    assert status == 1
    assert "> [0x40000000-0x657fffff] 600.0 MiB" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("virt-1g", "--at", "pagin_init"),
            "--at pagin_init: this boot never calls pagin_init; did you mean",
        ),
        (("virt-1g", "--ram", "much"), "'much' is not a size"),
        (("virt-1g", "--set", "a=b"), "a=b: a property reads like"),
        (("virt-1g", "virt-2g"), "did you mean"),
        ((), "the following arguments are required: A"),
    ],
)
def test_bad_input_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert sentence in err
