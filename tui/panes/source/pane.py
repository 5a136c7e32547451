"""The source of the boot function being executed, with its current line; beside it the kernel's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.message import Message

from ....model.language.words import tr, translatable
from ...draw.lines import Line, cut, length, plain
from ...session.snapshot import Snapshot
from ...settings.bindings import KeyBinding
from ..pane import Pane, Place
from .body import SourceBody, SourceForm

if TYPE_CHECKING:
    from ....model.debugger.frames import Frame, Where
    from ....model.trace.events import Function
    from .locals_finder import LocalsFinder

TITLES = {
    SourceForm.OURS: (translatable("model of"), translatable("model")),
    SourceForm.KERNEL: (translatable("kernel's"), translatable("kernel's")),
    SourceForm.BOTH: (translatable("model, and kernel's"), translatable("model, kernel's")),
}
"""What the title says of whose source is shown: before the place, and alone."""
LOW = 12
"""Rows below which the header has but one line for calls and one for variables."""


class SourcePane(Pane):
    """The file of the current function, its line marked; call stack, arguments and local variables above."""

    ID = "source"
    PLACE = Place("source", 10)
    NAME = translatable("source")
    ABOUT = translatable(
        "The source of the function you are in, its callers, arguments and locals above. ▶ is the line that "
        "runs next, ● has a breakpoint; Enter says when the line under the cursor runs, ⟨travel⟩ goes there. "
        "Of a log that was opened, the log itself: ▶ is the line that comes next, ≈ a step without a line."
    )
    HAS_CURSOR = True

    class Selected(Message):
        """A function was chosen, so many calls outward of the one that we are in: commands mean it too."""

        def __init__(self, level: int) -> None:
            super().__init__()
            self.level = level

    KEYS = (
        KeyBinding("source.outward", "K", "K", "outward", "The function that called this one"),
        KeyBinding("source.inward", "J", "J", "inward", "Back towards the function you are in"),
        KeyBinding("source.stack", "x", "x", "call stack", "The call stack line by line, or in one line"),
        KeyBinding(
            "source.locals",
            "L",
            "L",
            "locals",
            "Local variables, where the boot is too long to say them unasked",
        ),
        KeyBinding(
            "source.form", "r", "r", "form", "Our source, the kernel's own, or both (--kernel-source PATH)"
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.body = SourceBody()
        self.frames: tuple[Frame, ...] = ()
        self.outward = 0
        self.is_stack_open = False
        self.placed: tuple[object, ...] = ()
        self.placed_height = 0
        self.seen: Where | None = None
        self._finder: LocalsFinder | None = None

    def show_both(self) -> None:
        """Show the kernel's own functions beside ours."""
        self.body.form = SourceForm.BOTH

    # ---- composing ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The function of the chosen frame; before the first, the function that will be entered."""
        if self.seen is not snapshot.where:
            self.seen, self.outward = snapshot.where, snapshot.where.selected
        self.frames = snapshot.where.frames
        self.outward = min(self.outward, max(len(self.frames) - 1, 0))
        self.body.show(snapshot, self.frames, self.at, width)
        self.header = self._header(snapshot, width)
        self._place((snapshot.trace, snapshot.position, self.outward, *self.body.layout))

    def _place(self, placed: tuple[object, ...]) -> None:
        """Put cursor and scroll bar where one is, after a move; the header may grow without one."""
        row, height = self.body.current_row(), self.body_height
        if placed != self.placed or (height != self.placed_height and self.cursor == row):
            self.cursor, self.top = row, self.body.first_row(height)
        self.placed, self.placed_height = placed, height

    @property
    def at(self) -> int:
        """Which of the frames is shown."""
        return len(self.frames) - 1 - self.outward

    # ---- above the source ----

    def _header(self, snapshot: Snapshot, width: int) -> list[Line]:
        from .header import breadcrumb, call_parts, limited, stack

        if not self.frames:
            return []
        room = max(self.screen_rows // 4, 1)
        frame = self.frames[self.at]
        call = call_parts(frame)
        if self.is_stack_open:
            lines = stack(self.frames, self.at, width, max(self.screen_rows // 3, 3))
        elif self.screen_rows < LOW:
            whole = [span for part in call for span in part]
            left = width - length(whole) - 3
            around = breadcrumb(self.frames[: self.at], self.at - 1, left) if self.at and left > 12 else []
            lines = [cut([*around, *([(" › ", "dim")] if around else []), *whole], width)]
        else:
            lines = [breadcrumb(self.frames, self.at, width), *limited(call, width, room)]
        if self.outward:
            words = tr(
                "{outward} out: ⟨source.outward⟩ goes on, ⟨source.inward⟩ comes back", outward=self.outward
            )
            lines.append([(self.keys.words(words), "warning")])
        return [*lines, *self._locals(snapshot, width, 1 if self.screen_rows < LOW else room)]

    def _locals(self, snapshot: Snapshot, width: int, room: int) -> list[Line]:
        """The local variables if they are known; what is done about it if they are not."""
        from ....model.source.kept_locals import are_slow
        from .header import limited, locals_parts

        source = snapshot.source
        if not snapshot.facts.can.locals or not snapshot.finished:
            return []
        finder = self.finder()
        scopes = finder.scopes(source, snapshot.position)
        if scopes is None and not are_slow(source):
            finder.want(source, snapshot.position)
        elif scopes is None and not finder.is_looking(source, snapshot.position):
            finder.give_up()
            return [[(tr("locals  L runs the boot again to see them"), "dim")]]
        if scopes is None:
            return [[(tr("locals  …"), "dim")]]
        enter = self.frames[self.at].enter
        values = next((scope.values for scope in scopes if scope.enter == enter), ())
        return limited(locals_parts(values), width, room)

    def finder(self) -> LocalsFinder:
        """Who looks for local variables."""
        from .locals_finder import LocalsFinder

        if self._finder is None:
            self._finder = LocalsFinder(self, self.compose_again)
        return self._finder

    def summary(self) -> Line:
        """Whose source is shown, and where the kernel has it; of a log, its name."""
        return next(self.summaries())

    def summaries(self) -> Iterator[Line]:
        """The same; the file without its folders; whose source alone."""
        if self.body.log is not None and self.body.form is not SourceForm.KERNEL:
            yield [(plain(self.body.log.name), "dim")]
        elif self.body.function is None:
            yield []
        else:
            ours = self.body.form is SourceForm.OURS and not self.body.function.filename
            whose, alone = map(tr, TITLES[SourceForm.KERNEL if ours else self.body.form])
            place = plain(self._place_in_kernel(self.body.function))
            yield [(f"{whose} {place}".rstrip(), "dim")]
            yield [(f"{whose} {place.rpartition('/')[2]}".rstrip(), "dim")]
            yield [(alone, "dim")]

    def _place_in_kernel(self, function: Function) -> str:
        """Where the kernel's source has what is shown."""
        if self.frames and self.frames[self.at].function is function:
            return str(self.frames[self.at].place)
        from ....model.debugger.kernel_places import kernel_place

        if self.snapshot is None:
            return function.kernel_file
        return str(kernel_place(self.snapshot.answers.names.lines, function))

    # ---- the body ----

    def count(self) -> int:
        """Lines of source."""
        return self.body.count()

    def line(self, index: int) -> Line:
        """One of them, with its number."""
        return self.body.row(index)

    # ---- what the cursor is on ----

    def break_spec(self) -> str | None:
        """The function that the line under the cursor belongs to."""
        from ....model.debugger.model_lines import function_at

        if (event := self._log_event()) is not None and self.snapshot is not None:
            return f"log:{self.snapshot.trace.log_text(event)}"
        function, line = self.body.function, self.body.line_at(self.cursor)
        if self.snapshot is None or function is None or line is None:
            return None
        found = function_at(self.snapshot.trace, function.filename, line)
        return found.name if found is not None else None

    def _log_event(self) -> int | None:
        """The line of the log under the cursor, of a boot that a log was made into."""
        return self.body.log_event(self.cursor)

    def origin(self) -> int | None:
        """The event before the line under the cursor runs, next or last."""
        from .places import next_run

        if (event := self._log_event()) is not None:
            return event
        function, line = self.body.function, self.body.line_at(self.cursor)
        if self.snapshot is None or function is None or line is None:
            return None
        event = next_run(self.snapshot.trace, self.snapshot.position, function.filename, line)
        return None if event is None else event - 1

    def describe(self, index: int) -> str:
        """Whose line it is, and when it runs."""
        from ....model.debugger.model_lines import function_at

        if (said := self._log_event()) is not None and self.snapshot is not None:
            place = self.snapshot.trace.site(said)
            when = tr("was printed") if said < self.snapshot.position else tr("is printed later")
            path = self.snapshot.answers.history.path(said)
            return tr(
                "Line {line} of {filename} {when}", line=place.line, filename=place.filename, when=when
            ) + (tr(", in {path}.", path=path) if path else ".")
        function, line = self.body.function, self.body.line_at(index)
        if function is None or line is None or self.snapshot is None:
            return ""
        found, event = function_at(self.snapshot.trace, function.filename, line), self.origin()
        whose = (
            tr("Line {line} of {name}", line=line, name=found.name)
            if found is not None
            else tr("Line {line} of no function", line=line)
        )
        if event is None:
            return tr("{whose} does nothing in this boot that is recorded.", whose=whose)
        when = tr("runs next") if event >= self.snapshot.position else tr("ran last")
        return tr("{whose} {when} as event {event}.", whose=whose, when=when, event=event + 1)

    # ---- keys ----

    def action_outward(self) -> None:
        """One frame further from where one is."""
        if self.outward + 1 < len(self.frames):
            self.outward += 1
            self.compose_again()
            self.post_message(self.Selected(self.outward))
        else:
            self.post_message(self.Said(tr("This is the outermost function."), "stop"))

    def action_inward(self) -> None:
        """One frame nearer."""
        if self.outward:
            self.outward -= 1
            self.compose_again()
            self.post_message(self.Selected(self.outward))
        else:
            self.post_message(self.Said(tr("This is the function you are in."), "stop"))

    def action_stack(self) -> None:
        """Open or fold the call stack."""
        self.is_stack_open = not self.is_stack_open
        self.compose_again()

    def action_locals(self) -> None:
        """Look for local variables, however long it takes."""
        snapshot = self.snapshot
        silence = snapshot.facts.silence("locals") if snapshot is not None else ""
        if snapshot is None or silence:
            self.post_message(self.Said(silence, "stop"))
        elif not snapshot.finished:
            self.post_message(self.Said(tr("The boot is still being recorded: wait a moment."), "stop"))
        else:
            self.finder().want(snapshot.source, snapshot.position, at_once=True)
            self.compose_again()

    def action_form(self) -> None:
        """Ours, the kernel's, both."""
        if self.snapshot is None or self.snapshot.answers.names.lines.source is None:
            from ....model.build.kernel_source.lines import NO_SOURCE

            self.post_message(self.Said(NO_SOURCE, "stop"))
            return
        forms = list(SourceForm)
        self.body.form = forms[(forms.index(self.body.form) + 1) % len(forms)]
        self.compose_again()
        self.post_message(self.Said(tr("source: {form}", form=tr(self.body.form.value))))
