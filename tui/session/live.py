"""A kernel that really runs, recorded while one looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from ...boots.live.ending import ending_sentence
from ...boots.live.run import LiveRun
from ...model.files.progress import LISTENER
from .recording import Recording

if TYPE_CHECKING:
    from ...model.source.trace_source import Cancelled


class Heard(Struct):
    """What a live kernel's recording was at when it told last.  As long as there is nothing else to see, it
    is shown at once."""

    sentence: str = ""
    is_alone: bool = True

    def hear(self, sentence: str) -> None:
        """It tells."""
        self.sentence = sentence
        if self.is_alone:
            LISTENER.tell(sentence)


class LiveRecording(Recording, frozen=True):
    """The recording of a live kernel."""

    heard: Heard = field(default_factory=Heard)

    @property
    def live(self) -> LiveRun:
        """Its source."""
        assert isinstance(self.source, LiveRun)
        return self.source

    @property
    def is_live(self) -> bool:
        """It is."""
        return True

    def stop(self) -> None:
        """Record no more; what is recorded stays."""
        self.live.stop()

    def told(self) -> str:
        """What it is at, in a sentence."""
        return self.heard.sentence

    def ending(self) -> str:
        """Why it ended, in a sentence; "" as long as it goes on."""
        return ending_sentence(self.live.report(), self.live.options)


def of_live(run: LiveRun, cancelled: Cancelled) -> LiveRecording:
    """A live kernel, once it is found.  Raises `InputError`."""
    heard = Heard()
    run.progress = heard.hear
    run.options = replace(run.options, ended_by=":stop")
    run.prepare(cancelled)
    heard.is_alone = False
    return LiveRecording(run, heard=heard)
