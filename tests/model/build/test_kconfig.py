"""The kernel's .config."""

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.kconfig import KConfig

TEXT = """#
# Automatically generated file; DO NOT EDIT.
#
CONFIG_NUMA=y
CONFIG_NODES_SHIFT=4
# CONFIG_KASAN is not set
CONFIG_ZRAM=m
CONFIG_CMDLINE="console=ttyAMA0 dyndbg=\\"file x +p\\""
CONFIG_KASAN_SHADOW_OFFSET=0xdfff800000000000
CONFIG_CMA_SIZE_MBYTES=16
"""


def test_an_option_is_enabled_only_when_it_is_built_in() -> None:
    config = KConfig.parse(TEXT)
    assert config.enabled("NUMA")
    assert not config.enabled("ZRAM")
    assert not config.enabled("KASAN")
    assert not config.enabled("NO_SUCH_OPTION")


def test_numbers_may_be_hexadecimal() -> None:
    config = KConfig.parse(TEXT)
    assert config.integer("NODES_SHIFT") == 4
    assert config.integer("KASAN_SHADOW_OFFSET") == 0xDFFF800000000000
    assert config.integer("NR_CPUS", 512) == 512


def test_a_string_loses_its_quotes() -> None:
    assert KConfig.parse(TEXT).string("CMDLINE") == 'console=ttyAMA0 dyndbg="file x +p"'


@pytest.mark.parametrize("text", ["", "hello\n", "int main = 0;\n"])
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"some/config: "):
        KConfig.parse(text, "some/config")


def test_a_number_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match=r"\.config: CONFIG_NODES_SHIFT=y: expected a number"):
        KConfig.parse("CONFIG_NODES_SHIFT=y\n").integer("NODES_SHIFT")
