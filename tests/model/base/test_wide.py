"""Text in the columns of a terminal."""

from __future__ import annotations

import pytest
from bootstep.model.base.wide import columns, padded


@pytest.mark.parametrize(
    ("text", "wide"),
    [("", 0), ("page", 4), ("页表", 4), ("page 页", 7), ("e\u0301", 1), ("…", 1)],
    ids=["nothing", "ascii", "chinese", "both", "combining", "dots"],
)
def test_chinese_takes_two_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_what_is_padded_stands_below_each_other() -> None:
    assert {columns(padded(text, 8)) for text in ("断点", "watch", "监视点")} == {8}
    assert padded("temporary", 4) == "temporary"
