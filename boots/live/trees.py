"""What each architecture knows of its trees of page tables, by the architecture's name."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.base.imported import Imported
from .reading.page_tables import TreeOps

TREES: Mapping[str, TreeOps] = Imported(
    __name__, {"arm64": (".arm64.page_tables", "OPS"), "x86_64": (".x86.page_tables", "OPS")}
)
