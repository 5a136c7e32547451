"""/proc/iomem, read: model/build/iomem.py."""

from __future__ import annotations

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.iomem import IomemLine, parse_kernel_resources, read_iomem, reserved_in_ram

TEXT = """\
09000000-09000fff : pl011@9000000
40000000-7fffffff : System RAM
  40210000-4164ffff : Kernel code
  41650000-41c9ffff : reserved
  41ca0000-41f8ffff : Kernel data
80000000-8000ffff : reserved
"""


def test_every_line_has_its_depth_and_both_its_ends() -> None:
    resources = read_iomem(TEXT, "iomem")
    assert len(resources) == 6
    assert resources[2] == IomemLine(1, 0x40210000, 0x4164FFFF, "Kernel code")


def test_what_is_reserved_outside_of_ram_is_not_of_ram() -> None:
    assert [resource.start for resource in reserved_in_ram(TEXT)] == [0x41650000]


def test_the_kernel_is_where_its_code_and_data_are() -> None:
    kernel = parse_kernel_resources(TEXT.replace("\n", "\r\n"), "iomem")
    assert kernel.code[0] == 0x40210000
    assert kernel.data[1] == 0x41F8FFFF


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no System RAM"),
        ("00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n", "as root"),
    ],
)
def test_an_iomem_that_tells_nothing_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_iomem(text, "iomem")


def test_hidden_addresses_do_not_tell_where_the_kernel_is() -> None:
    hidden = "00000000-00000000 : Kernel code\n00000000-00000000 : Kernel data\n"
    with pytest.raises(InputError, match="as root"):
        parse_kernel_resources(hidden, "iomem")
