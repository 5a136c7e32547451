"""A recording of the screen at every step of a lesson, as asciinema plays it (asciicast v2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ....model.base.units import printable

if TYPE_CHECKING:
    from ....model.lecture.pages.content import Step
    from ...session.recording import Recording
    from ...shell.app import BootstepApp
    from ...shell.screen_cast import Pilot, Screen

CLEAR = "\x1b[?25l\x1b[2J\x1b[H"
"""Before the first picture: no cursor, an empty screen."""
SHOW = "\x1b[0m\x1b[2J\x1b[H\x1b[?25h"
"""Behind the last."""
SHORTEST, LONGEST = 2.5, 12.0
"""Seconds for which a step is shown."""
READ = 18
"""Letters that are read in a second."""


class Frame(NamedTuple):
    """What is written to the terminal at a step, and for how many seconds it is left there."""

    data: str
    seconds: float


def cast_lines(frames: Sequence[Frame], size: tuple[int, int], title: str) -> Iterator[str]:
    """The file, line by line: what it is, then every frame at its time."""
    head = {"version": 2, "width": size[0], "height": size[1], "title": printable(title)}
    yield json.dumps({**head, "env": {"TERM": "xterm-256color"}}, ensure_ascii=False)
    time = 0.0
    for data, seconds in [Frame(CLEAR, 0.0), *frames, Frame(SHOW, 0.0)]:
        yield json.dumps([round(time, 3), "o", data], ensure_ascii=True)
        time += seconds


def frames_of(
    load: Callable[[], Recording], steps: Sequence[Step], size: tuple[int, int], theme: str = "dark"
) -> list[Frame]:
    """What the app writes at the steps of a boot."""
    from ...settings.config import Settings
    from ...shell.screen_cast import played

    frames: list[Frame] = []

    async def play(app: BootstepApp, pilot: Pilot[Any], screen: Screen) -> None:
        for step in steps:
            await _show(app, pilot, step)
            frames.append(Frame(await _quiet(pilot, screen), _seconds(step)))

    asyncio.run(played(load, size, Settings(theme=theme), play))
    return frames


async def _show(app: BootstepApp, pilot: Pilot[Any], step: Step) -> None:
    """Stand at a step, and say what it is."""
    from ...actions.arrival import seek

    seek(app, step.position)
    await pilot.pause()
    app.status.say(step.stop.title)


async def _quiet(pilot: Pilot[Any], screen: Screen) -> str:
    """What is written until nothing more comes."""
    written = ""
    for _ in range(100):
        await pilot.pause(0.02)
        more = screen.taken()
        if not more and written:
            break
        written += more
    return written


def _seconds(step: Step) -> float:
    """For how long a step is shown."""
    letters = sum(len(each) for each in (step.stop.title, *step.stop.narration))
    return min(max(letters / READ, SHORTEST), LONGEST)
