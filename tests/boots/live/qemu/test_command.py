"""What a command that starts QEMU says."""

from __future__ import annotations

import pytest
from bootstep.boots.live.options import Stub
from bootstep.boots.live.qemu.command import read_command
from bootstep.model.base.errors import InputError

PLAIN = ["qemu-system-any", "-M", "virt", "-m", "1G", "-nographic", "-kernel", "boot/Image", "-append"]


def test_it_stands_and_listens_at_a_private_socket() -> None:
    command = read_command([*PLAIN, "console=ttyS0"])
    assert (command.program, command.kernel, command.own_stub) == ("qemu-system-any", "boot/Image", None)
    assert command.stopped("/tmp/a,b/gdb") == [
        *(*PLAIN, "console=ttyS0"),
        *("-S", "-gdb", "unix:/tmp/a,,b/gdb,server=on,wait=off"),
    ]
    assert command.warnings() == []


def test_a_stub_at_the_usual_port_is_taken_out_and_standing_is_not_said_twice() -> None:
    command = read_command(["qemu", "-S", "--kernel", "x", "-s", "-nographic", "--S"])
    assert command.words == ("qemu", "--kernel", "x", "-nographic") and command.kernel == "x"
    assert command.stopped("/p").count("-S") == 1


def test_values_of_options_are_no_options() -> None:
    command = read_command(["qemu", "-append", "-s", "-name", "-gdb", "-drive", "-S"])
    assert command.words == ("qemu", "-append", "-s", "-name", "-gdb", "-drive", "-S")


@pytest.mark.parametrize(
    ("value", "stub"),
    [
        ("tcp::1234", Stub(port=1234)),
        ("tcp:0.0.0.0:99,server=on,wait=off", Stub(port=99)),
        ("tcp:[::]:7", Stub(port=7)),
        ("tcp:board.lab:3333", Stub(host="board.lab", port=3333)),
        ("unix:/run/a,,b,server,nowait", Stub("/run/a,b")),
        ("unix:path=/run/x,server=on", Stub("/run/x")),
    ],
)
def test_a_stub_of_its_own_is_used(value: str, stub: Stub) -> None:
    command = read_command(["qemu", "-gdb", value, "-m", "1G"])
    assert command.own_stub == stub
    assert command.stopped("/p") == ["qemu", "-gdb", value, "-m", "1G", "-S"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "expected the command that starts QEMU after --"),
        ([""], "expected the command that starts QEMU after --"),
        (["qemu", "-kernel", "a\0b"], "has a word with a zero byte"),
        (["qemu", "-gdb", "none"], "-gdb none: expected tcp::PORT or unix:PATH"),
        (["qemu", "-gdb", "tcp::99999"], "-gdb tcp::99999: expected"),
        (["qemu", "-gdb"], "-gdb : expected"),
        (["qemu", "-gdb", "tcp::1", "--gdb", "tcp::2"], "-gdb is given more than once"),
        (["qemu", "-daemonize"], "-daemonize lets QEMU go its own way"),
    ],
)
def test_what_cannot_be_recorded_is_refused(words: list[str], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_command(words)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("words", "accelerator"),
    [
        ("-enable-kvm", "kvm"),
        ("-accel kvm,thread=multi", "kvm"),
        ("-accel accel=hvf", "hvf"),
        ("-machine q35,accel=kvm:tcg,usb=off", "kvm"),
        ("-M accel=kvm", "kvm"),
        ("-accel tcg", ""),
        ("-M virt -append accel=kvm", ""),
    ],
)
def test_what_is_different_with_an_accelerator_is_said(words: str, accelerator: str) -> None:
    command = read_command(["qemu", *words.split()])
    assert command.accelerator == accelerator
    assert [accelerator in sentence for sentence in command.warnings()] == [True] * bool(accelerator)
