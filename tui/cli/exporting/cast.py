"""A recording of the screen at every step of a lesson, as asciinema plays it (asciicast v2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ....model.base.units import printable

if TYPE_CHECKING:
    from ....model.lecture.pages.content import Step
    from ....model.lecture.tours.tour import Tour
    from ...session.recording import Recording
    from ...shell.app import BootstepApp
    from .screen import Pilot, Screen

CLEAR = "\x1b[?25l\x1b[2J\x1b[H"
"""Before the first picture: no cursor, an empty screen."""
SHOW = "\x1b[0m\x1b[2J\x1b[H\x1b[?25h"
"""Behind the last."""
SHORTEST, LONGEST = 2.5, 12.0
"""Seconds for which a step is shown."""
MOST_FRAMES = 5000
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
    load: Callable[[], Recording],
    steps: Sequence[Step],
    size: tuple[int, int],
    tour: Tour | None = None,
    theme: str = "dark",
) -> list[Frame]:
    """What the app writes at the steps of a boot, or on its way through a tour that has these steps."""
    from ...actions.tours.walking import go, lay_course
    from ...settings.config import Settings
    from .screen import played

    frames: list[Frame] = []

    async def play(app: BootstepApp, pilot: Pilot[Any], screen: Screen) -> None:
        if tour is not None:
            lay_course(app, tour, 0)
        places = list(app.touring.course.places) if app.touring.course is not None else []
        passed = 0
        for number, step in enumerate(steps, 1):
            if passed < len(places) and places[passed].position == step.position:
                await go(app, passed)
                passed += 1
            else:
                await _show(app, step, number, len(steps))
            frames.append(Frame(await _quiet(pilot, screen), _seconds(step)))
            while len(frames) < MOST_FRAMES and app.narrator.reads_on():
                frames.append(Frame(await _quiet(pilot, screen), SHORTEST))

    asyncio.run(played(load, size, Settings(theme=theme), play))
    return frames


async def _show(app: BootstepApp, step: Step, number: int, count: int) -> None:
    """Stand at a step, and tell what is told there."""
    from ...actions.arrival import seek
    from ...session.page import Page

    seek(app, step.position)
    stop = step.stop
    told = "\n".join((*([stop.call] if stop.call else []), *stop.narration))
    await app.narrator.open(Page("bootstep", stop.title, told, number, count))


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
