"""Of several definitions of a function, the one that a configuration compiles."""

from __future__ import annotations

import pytest
from bootstep.model.build.c_source import CSource
from bootstep.model.build.kernel_source.definitions import is_decided, likeliest

TEXT = """
#ifdef CONFIG_NUMA
int __meminit fourth(void)
{
	return 1;
}
#elif defined(CONFIG_SPARSEMEM) && defined(CONFIG_SMP)
int fourth(void)
{
	return 2;
}
#else
static inline int fourth(void) { return 3; }
#endif
"""


@pytest.mark.parametrize(
    ("options", "value"),
    [({"NUMA"}, "1"), ({"SPARSEMEM", "SMP"}, "2"), ({"SPARSEMEM"}, "3"), (set[str](), "3")],
)
def test_of_several_variants_the_configuration_chooses(options: set[str], value: str) -> None:
    source = CSource(TEXT)
    found = source.definitions("fourth")
    assert len(found) == 3
    chosen = likeliest(found, options.__contains__)
    text = "\n".join(TEXT.split("\n")[chosen.first - 1 : chosen.last])
    assert f"return {value};" in text


def test_an_option_that_must_not_be_set_is_no_option_that_must() -> None:
    text = "#if !defined(CONFIG_A)\nint f(void)\n{\n}\n#else\nint f(void)\n{\n\n}\n#endif\n"
    found = CSource(text).definitions("f")
    assert likeliest(found, lambda option: False).first == 2
    assert likeliest(found, lambda option: True).first == 6
    assert is_decided(found, lambda option: True)
    assert not is_decided([found[0], found[0]], lambda option: False)
