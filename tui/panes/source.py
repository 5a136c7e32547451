"""The source of the boot function being executed, with its current line; beside it the kernel's own."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ..actions import Action
from ..highlight import highlighted
from ..kernel_view import NO_TREE, KernelView
from ..lines import Line, cut, length, padded
from ..snapshot import Snapshot
from .pane import Pane

if TYPE_CHECKING:
    from ...model.here import Frame
    from ...model.trace import Function
    from ..kernel_source import KernelSource
    from ..locals_finder import LocalsFinder

LOW = 12
"""Rows below which the header has but one line for calls and one for variables."""
BESIDE = 120
"""Columns from which the kernel's source stands beside ours."""


class Form(Enum):
    """Whose source is shown."""

    BOTH = "both"
    OURS = "ours"
    KERNEL = "the kernel's"


class SourcePane(Pane):
    """The file of the current function, its line marked; call stack, arguments and local variables above."""

    NUMBER = 2
    NAME = "source"
    ABOUT = (
        "The source of the function you are in, its callers, arguments and locals above. ▶ is the line that "
        "runs next, ● has a breakpoint; Enter goes to when the line under the cursor runs."
    )
    HAS_CURSOR = True
    KEYS = (
        Action("source.outward", "K", "K", "outward", "The function that called this one"),
        Action("source.inward", "J", "J", "inward", "Back towards the function you are in"),
        Action("source.stack", "e", "e", "call stack", "The call stack line by line, or in one line"),
        Action(
            "source.locals",
            "L",
            "L",
            "locals",
            "Local variables, where the boot is too long to say them unasked",
        ),
        Action(
            "source.form", "r", "r", "form", "Our source, the kernel's own, or both (--kernel-source DIR)"
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.kernels = KernelView()
        self.form = Form.OURS
        self.function: Function | None = None
        self.frames: tuple[Frame, ...] = ()
        self.outward = 0
        self.is_stack_open = False
        self.current = 0
        self.lines: tuple[Line, ...] = ()
        self.stops: dict[int, bool] = {}
        self.placed: tuple[object, ...] = ()
        self.seen: tuple[object, int] = (None, 0)
        self._finder: LocalsFinder | None = None

    def use_tree(self, tree: KernelSource) -> None:
        """Show the kernel's own functions from a source tree."""
        self.kernels = KernelView(tree)
        self.form = Form.BOTH

    # ---- composing ----

    def compose_lines(self, snapshot: Snapshot, width: int) -> None:
        """The function of the chosen frame; before the first, the function that will be entered."""
        from ..source_places import breakpoint_lines

        if self.seen != (snapshot.trace, snapshot.position):
            self.seen, self.outward = (snapshot.trace, snapshot.position), 0
        self.frames = snapshot.here.frames
        self.outward = min(self.outward, max(len(self.frames) - 1, 0))
        self._find_line(snapshot)
        if self.function is not None:
            self.lines = highlighted(self.function.filename)
            self.stops = breakpoint_lines(snapshot, self.function.filename)
            if self.form is not Form.OURS:
                self.kernels.show(snapshot, self.function, self.frames, self.at)
        self.header = self._header(snapshot, width)
        placed = (snapshot.trace, snapshot.position, self.outward, self.form, self.body_height)
        if placed != self.placed:
            self.placed = placed
            self.cursor = self._row_of_line(self.current)
            self.top = self._start()

    @property
    def at(self) -> int:
        """Which of the frames is shown."""
        return len(self.frames) - 1 - self.outward

    def _find_line(self, snapshot: Snapshot) -> None:
        from ..source_places import def_line

        if self.frames:
            frame = self.frames[self.at]
            self.function, self.current = frame.function, frame.site.line
            if self.current <= self.function.first_line or frame.site.filename != self.function.filename:
                self.current = def_line(self.function)
        elif snapshot.length:
            self.function = snapshot.trace.function(min(snapshot.position, snapshot.length - 1))
            self.current = def_line(self.function)

    # ---- above the source ----

    def _header(self, snapshot: Snapshot, width: int) -> list[Line]:
        from ..source_header import breadcrumb, call_parts, limited, stack

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
            words = f"{self.outward} out: ⟨source.outward⟩ goes on, ⟨source.inward⟩ comes back"
            lines.append([(self.keys.words(words), "warning")])
        return [*lines, *self._locals(snapshot, width, 1 if self.screen_rows < LOW else room)]

    def _locals(self, snapshot: Snapshot, width: int, room: int) -> list[Line]:
        """The local variables if they are known; what is done about it if they are not."""
        from ..locals_finder import AUTOMATIC
        from ..source_header import limited, locals_parts

        kernel = snapshot.facts.kernel
        if kernel is None or not snapshot.finished:
            return []
        finder = self.finder()
        scopes = finder.scopes(kernel, snapshot.position)
        if scopes is None and snapshot.length <= AUTOMATIC:
            finder.want(kernel, snapshot.position)
        elif scopes is None and not finder.is_looking(kernel, snapshot.position):
            finder.give_up()
            return [[("locals  L runs the boot again to see them", "dim")]]
        if scopes is None:
            return [[("locals  …", "dim")]]
        enter = self.frames[self.at].enter
        values = next((scope.values for scope in scopes if scope.enter == enter), ())
        return limited(locals_parts(values), width, room)

    def finder(self) -> LocalsFinder:
        """Who looks for local variables."""
        from ..locals_finder import LocalsFinder

        if self._finder is None:
            self._finder = LocalsFinder(self, self.compose_again)
        return self._finder

    def summary(self) -> Line:
        """The kernel's file."""
        return [(self.function.kernel_file, "dim")] if self.function else []

    # ---- the body ----

    @property
    def _is_beside(self) -> bool:
        return self.form is Form.BOTH and self.text_width >= BESIDE

    @property
    def _beside(self) -> int:
        """The row that the kernel's first one stands beside: the start of our function."""
        return max(self.function.first_line - 2, 0) if self.function else 0

    @property
    def _half(self) -> int:
        return self.text_width // 2 - 1

    @property
    def _first(self) -> int:
        """How many lines of our file are left away: where the kernel's follow below, all before our
        function."""
        return self.function.first_line - 1 if self._is_stacked and self.function else 0

    @property
    def _own_rows(self) -> int:
        """Lines of ours that are shown."""
        if self.form is Form.KERNEL:
            return 0
        if not self._is_stacked or self.function is None:
            return len(self.lines)
        from ..source_places import def_line, last_line

        return last_line(self.function.filename, def_line(self.function)) + 1 - self._first

    @property
    def _is_stacked(self) -> bool:
        return self.form is Form.BOTH and not self._is_beside

    @property
    def _is_below(self) -> bool:
        return self.form is Form.KERNEL or self._is_stacked

    def _row_of_line(self, line: int) -> int:
        """The body row of a line of ours; of the kernel's where only that is shown."""
        if self.form is Form.KERNEL:
            return self.kernels.marks[0] if self.kernels.marks else 0
        return line - 1 - self._first

    def _start(self) -> int:
        """The start of the function; of a long one, a part with the current line in its middle."""
        if self.function is None:
            return 0
        height, row = self.body_height, self._row_of_line(self.current)
        first = 0 if self._is_below else self.function.first_line - 2
        return first if row - first < height - 1 else row - height // 2

    def count(self) -> int:
        """Lines of our file, and of the kernel's function below them where there is no room beside."""
        if self._is_beside:
            return max(len(self.lines), self._beside + self.kernels.rows(self._half))
        return self._own_rows + (self.kernels.rows(self.text_width) if self._is_below else 0)

    def line(self, index: int) -> Line:
        """A line of source with its number."""
        if self._is_beside:
            ours = self._own(index) if index < len(self.lines) else []
            theirs = self.kernels.row(index - self._beside, self._half)
            return [*padded(ours, self._half), ("│ ", "rule"), *theirs]
        if index < self._own_rows:
            return self._own(index + self._first)
        return self.kernels.row(index - self._own_rows, self.text_width)

    def _own(self, index: int) -> Line:
        number = index + 1
        is_current = number == self.current
        stop: Line = [("●" if self.stops[number] else "○", "error")] if number in self.stops else [(" ", "")]
        arrow: Line = [("▶", "here")] if is_current else stop
        digits: Line = [(f"{number:4} ", "strong" if is_current else "dim")]
        text = self.lines[index]
        if is_current:
            text = [(span, "here") for span, _ in text]
        return [*arrow, *digits, *text]

    # ---- what the cursor is on ----

    def _line_under_cursor(self) -> int | None:
        if self.function is None or self.cursor >= self._own_rows:
            return None
        return self.cursor + 1 + self._first

    def break_spec(self) -> str | None:
        """The function that the line under the cursor belongs to."""
        from ..source_places import function_at

        line = self._line_under_cursor()
        found = function_at(self.function.filename, line) if self.function and line else None
        return found.name if found is not None else None

    def origin(self) -> int | None:
        """The event before the line under the cursor runs, next or last."""
        from ..source_places import next_run

        line = self._line_under_cursor()
        if self.snapshot is None or self.function is None or line is None:
            return None
        event = next_run(self.snapshot.trace, self.snapshot.position, self.function.filename, line)
        return None if event is None else event - 1

    def activate(self, index: int) -> None:
        """To when the line runs."""
        event = self.origin()
        if event is None:
            self.post_message(
                self.Said("That line never does anything in this boot that is recorded.", "stop")
            )
        else:
            self.post_message(self.Chosen(event))

    # ---- keys ----

    def action_outward(self) -> None:
        """One frame further from where one is."""
        if self.outward + 1 < len(self.frames):
            self.outward += 1
            self.compose_again()
        else:
            self.post_message(self.Said("This is the outermost function.", "stop"))

    def action_inward(self) -> None:
        """One frame nearer."""
        if self.outward:
            self.outward -= 1
            self.compose_again()
        else:
            self.post_message(self.Said("This is the function you are in.", "stop"))

    def action_stack(self) -> None:
        """Open or fold the call stack."""
        self.is_stack_open = not self.is_stack_open
        self.compose_again()

    def action_locals(self) -> None:
        """Look for local variables, however long it takes."""
        snapshot = self.snapshot
        if snapshot is None or snapshot.facts.kernel is None:
            self.post_message(self.Said("This boot cannot be run again: its locals stay unknown.", "stop"))
        elif not snapshot.finished:
            self.post_message(self.Said("The boot is still being recorded: wait a moment.", "stop"))
        else:
            self.finder().want(snapshot.facts.kernel, snapshot.position, at_once=True)
            self.compose_again()

    def action_form(self) -> None:
        """Ours, the kernel's, both."""
        if self.kernels.tree is None:
            self.post_message(self.Said(NO_TREE, "stop"))
            return
        forms = list(Form)
        self.form = forms[(forms.index(self.form) + 1) % len(forms)]
        self.compose_again()
        self.post_message(self.Said(f"source: {self.form.value}"))
