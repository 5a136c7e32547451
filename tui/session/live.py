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


class Kept(Struct):
    """Whether a recording is in a file, and the sentence by which somebody was warned that it is not."""

    is_saved: bool = False
    warning: str = ""


class LiveRecording(Recording, frozen=True):
    """The recording of a live kernel."""

    heard: Heard = field(default_factory=Heard)
    kept: Kept = field(default_factory=Kept)

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

    @property
    def is_unsaved(self) -> bool:
        """Until all of it was written, if there is anything in it."""
        return not self.kept.is_saved and len(self.trace) > 0

    def was_saved(self) -> None:
        """It is in a file."""
        self.kept.is_saved = True

    def warn(self, sentence: str) -> None:
        """It was said with this sentence that it would be lost."""
        self.kept.warning = sentence

    def was_warned_by(self, sentence: str) -> bool:
        """Whether that was said with this sentence."""
        return bool(sentence) and sentence == self.kept.warning

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
