"""The images of kernels that nobody built are what their documents and their releases' linker scripts say."""

from __future__ import annotations

import document_6_6
import pytest
import vmlinux
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.build.image.image import Image


def shipped(name: str) -> Image:
    path = SHIPPED / "kernels" / name / "vmlinux.sym"
    return Image.parse(path.read_bytes(), str(path))


@pytest.mark.parametrize("symbol", document_6_6.landmarks())
def test_the_6_6_image_has_its_landmarks_where_they_follow_from_the_document(symbol: str) -> None:
    assert shipped("6.6-4k48").symbol(symbol) == document_6_6.landmarks()[symbol]


def test_kernel_code_and_data_are_where_the_documents_iomem_has_them() -> None:
    moved = 0x40200000 - document_6_6.BASE
    marks = {name: address + moved for name, address in document_6_6.landmarks().items()}
    assert (marks["_stext"], marks["__init_begin"]) == (0x40210000, 0x41660000)
    assert (marks["_sdata"], marks["_end"]) == (0x41DF0000, 0x42410000)
    assert (marks["init_pg_dir"], marks["init_pg_end"]) == (0x42409000, 0x4240E000)


def test_a_written_image_reads_as_what_was_written() -> None:
    content = vmlinux.write_vmlinux(
        [vmlinux.Section(".text", "AX", 0x1000, 0x1FFF), vmlinux.Section(".bss", "WA", 0x3000, 0x300F)],
        [vmlinux.Symbol("_text", 0x1000), vmlinux.Symbol("f.isra.0", 0x1010, 32, True)],
    )
    image = Image.parse(content)
    assert [(s.name, s.flags, s.address, s.size) for s in image.sections] == [
        (".text", "AX", 0x1000, 0x1000),
        (".bss", "WA", 0x3000, 0x10),
    ]
    assert image.symbols == {"_text": 0x1000, "f.isra.0": 0x1010}
    assert image.printed_names["f"] == "f.isra.0"
