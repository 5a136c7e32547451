"""An application that goes on after a mistake of its own, and is drawn while its terminal changes size."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from ...model.language.words import tr
from ..draw.surviving import PlainFilter, install
from ..draw.textual_compat import ResizedAtOnce, filter_paint, give_up, is_on_screen, note_for_tests
from .failure import Failures


class SurvivingApp(ResizedAtOnce):
    """What Textual would end by is told in a sentence; only what nobody could go on after ends it."""

    def __init__(self) -> None:
        super().__init__()
        install()
        filter_paint(self, PlainFilter())
        self.failures = Failures()

    @abstractmethod
    def complain(self, sentence: str) -> None:
        """Say what is wrong, if anything is."""

    def survive(self, error: Exception, doing: str) -> bool:
        """Tell of a mistake of our own and go on.  Returns whether that is possible."""
        # What fails before there is anything on the screen is no session.
        if not is_on_screen(self) or self.failures.are_too_many:
            return False
        note_for_tests(self, error)
        self.complain(self.failures.sentence(error, doing))
        return True

    def attempt(self, doing: str, act: Callable[[], None]) -> None:
        """Do something that others do not turn on."""
        try:
            act()
        except Exception as error:
            if not self.survive(error, doing):
                raise

    def failed(self, error: Exception) -> None:
        """Go on after what nobody caught, if anybody could."""
        try:
            if self.survive(error, tr("something")):
                return
        except Exception as another:
            error = another
        self.failures.last = error
        give_up(self, error)
