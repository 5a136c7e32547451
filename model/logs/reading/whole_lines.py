"""Whether a text is a whole line, or could go on."""

from __future__ import annotations

import re
from functools import lru_cache

KNOWN = re.compile(
    "|".join(
        (
            r"\s*memblock_\w+: \[{H}-{H}\](?: flags {H})? \S+\+{H}/{H}",
            r"\s*memblock_\w+: \d+ bytes align={H} .*\S+\+{H}/{H}",
            r"MEMBLOCK configuration:",
            r"\s*(?:memory|reserved)\.cnt +=.*{H}",
            r"\s*memory size = {H} reserved size = {H}",
            r"\s*(?:memory|reserved)\[{H}\]\s+\[{H}-{H}\], {H} bytes.*flags: {H}",
            r"\s*\.?[\w /]+\s*: {H} - {H}\s+\(\s*\d+ [kKMG]B(?: maximum)?\)",
            r"Linux version \d+\.\d.*",
            r"(?:Kernel c|C)ommand line: .*",
            r"efi: .*",
            r"[Vv]irtual kernel memory layout:",
        )
    ).replace("{H}", "0x[0-9a-f]+")
)


@lru_cache(4096)
def is_whole(text: str) -> bool:
    """Whether a text is a line that the kernel prints so."""
    return KNOWN.fullmatch(text) is not None


def is_open(text: str) -> bool:
    """Whether it may go on with anything: a banner, a command line."""
    return is_whole(text) and is_whole(text + " and more")
