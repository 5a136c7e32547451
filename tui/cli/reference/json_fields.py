"""The fields of everything that is printed as JSON.  They stay; new ones may come.  Tests hold these tables
against real answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ....model.language.columns import padded, wrapped
from ....model.language.words import tr, translatable

WIDTH = 100
INDENT = 26


class Object(NamedTuple):
    """An object: its `fields`, separated by blanks, what it is `called` where it is nobody's value by a name
    of its own, and what to know of its fields."""

    fields: str
    called: str = ""
    note: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The fields."""
        return frozenset(self.fields.split())


class Chapter(NamedTuple):
    """Objects that belong together, by their names, with what holds of all."""

    title: str
    objects: dict[str, Object]
    about: tuple[str, ...] = ()


FORMS = (
    translatable(
        "One object in one line; print has one for each expression, events one for each event, tour show one"
        " for each stop, --batch one for each command. Keys are sorted; fields stay as they are, new ones may"
        " come."
    ),
    translatable(
        'Addresses are strings such as "0x40000000". Sizes are numbers of bytes; pfns, events and nodes are'
        " numbers; what there is none of is null. A range has a start, an end that is not included, and a"
        " size. Events are numbered from 0; position N stands before event N."
    ),
)
ANSWERS = Chapter(
    translatable("Answers"),
    {
        "answer": Object(
            "kind position at text",
            translatable("every answer"),
            translatable("at is the position's name; text is the answer in words, not in regions"),
        ),
        "ledger": Object("command memory reserved free partial_free nomap cma rows outside account"),
        "ledger-row": Object(
            "owner cause size pieces kind first",
            translatable("of rows"),
            translatable("kind is reserved, cma or no-map; first is an address"),
        ),
        "account": Object(
            "event text equations",
            translatable("account"),
            translatable("text is the line Memory: of the log"),
        ),
        "equation": Object("name printed difference terms", translatable("of equations")),
        "term": Object("text size", translatable("of terms")),
        "log-ledger": Object(
            "command parts notes answers advice", note=translatable("what ledger answers of a kernel log")
        ),
        "log-part": Object("name size difference line rows", translatable("of parts")),
        "log-row": Object(
            "name size pieces known first reason line",
            translatable("of a part's rows"),
            translatable("known is told, computed or assumed"),
        ),
        "log-line": Object("number time text", translatable("line of a log")),
        "why": Object("command explanation failures facts"),
        "explanation-of-a-call": Object(
            "event call caller failed result wanted_for remedy searches in_the_way messages",
            translatable("explanation in why"),
        ),
        "search": Object(
            "event size align nid flags start end bottom_up found gaps between outside",
            translatable("of searches"),
        ),
        "gap": Object("start end size nid usable verdict reason at", translatable("of gaps")),
        "failure": Object("event returned remedy", translatable("of failures")),
        "address": Object("command facts", note=translatable("what x answers")),
        "who": Object("command physical virtual facts"),
        "fact": Object("about label text event", translatable("of facts")),
        "history": Object("command place items"),
        "value": Object(
            "expression type value hex",
            note=translatable(
                "what print answers: type is C's, or null; value a number as it is, a list, or an object with"
                " the members; hex the same number as an address"
            ),
        ),
        "pointer": Object("address type symbol", translatable("a pointer in a value")),
        "regions": Object(
            "memory reserved e820", note=translatable("e820 has each table of a PC, elsewhere it is null")
        ),
        "array": Object("cnt max total_size regions", translatable("memory, reserved")),
        "region": Object(
            "base end size flags nid owners",
            translatable("of a table's regions"),
            translatable("flags is a list: NOMAP, MIRROR …"),
        ),
        "owner": Object("start end size owner cause", translatable("of owners")),
        "e820-entry": Object("start end size type name", translatable("of a table of e820")),
    },
)
SCRIPTED = Chapter(
    translatable("--batch --format json"),
    {
        "command": Object("command text position", translatable("every command")),
        "stop": Object(
            "reason text breakpoint function file line about",
            note=translatable("file and line are the kernel's; about says whether they are a guess"),
        ),
        "frame": Object("level function arguments event file line about", translatable("of frames")),
        "breakpoint": Object(
            "number type where condition enabled temporary hits ignore message commands note",
            translatable("of breakpoints"),
        ),
        "display": Object(
            "number expression enabled value error",
            translatable("of displays"),
            translatable("error stands where there is no value"),
        ),
    },
    (
        translatable(
            "A check that does not hold has failed besides; a move has stop and displays; a command that"
            " answers has answer, which is one of the objects above (of print, with its number), or has"
            " frames (bt, frame, up, info args), breakpoints (break and its like, info breakpoints), regions"
            " (info memblock, info e820), displays (display) or variables (info variables). Other commands"
            " answer in words."
        ),
    ),
)
EVENTS = Chapter(
    translatable("events"),
    {
        "event": Object(
            "event kind text in depth known_from",
            translatable("every event"),
            translatable(
                "in is the function it happened in; known_from the line of a log, or why it is inferred"
            ),
        ),
        "call": Object("function arguments caller return"),
        "return": Object("function call result"),
        "log": Object("level printed"),
        "change": Object("parts", translatable("what changes the state")),
        "memblock": Object("parts operations"),
        "operation": Object(
            "array operation start end size before after",
            translatable("of operations"),
            translatable("operation is add, remove or change"),
        ),
    },
    (
        translatable(
            "Arguments have no types: what is called a size or counted is a number, and other numbers from"
            " 4096 on are taken for addresses; so are those of results, but for functions that return pages,"
            " pfns or sizes."
        ),
    ),
)
TEACHING = Chapter(
    translatable("explain, glossary, quiz, tour show"),
    {
        "explanation": Object("command paragraphs", note=translatable("what explain answers")),
        "terms": Object("kind word paragraphs", note=translatable("what glossary answers, of no boot")),
        "paragraph": Object("heading sentences", translatable("of paragraphs")),
        "sentence": Object("text event", translatable("of sentences")),
        "sheet": Object("machine release arch seed questions", translatable("of quiz")),
        "question": Object(
            "number kind difficulty form text choices answer letter shown explanation at position reveal"
            " place unit",
            translatable("of questions"),
            translatable("reveal is the position at which the answer is seen; letter the right choice"),
        ),
        "tour-stop": Object(
            "tour stop stops at position title say notes look rows ranges ask question made",
            translatable("of tour show"),
        ),
    },
)
COMPARING = Chapter(
    translatable("diff"),
    {
        "diff": Object(
            "kind boots same divergence end ends breaks_off moved",
            note=translatable(
                "divergence is null if all calls are the same; end is what the states differ in at the"
                " positions ends; breaks_off says that one trace ends before the other, moved that the"
                " kernels ran at different virtual addresses"
            ),
        ),
        "divergence": Object(
            "what function text arguments part left right states given further count",
            translatable("divergence"),
            translatable(
                "what is arguments, result, state, only_left, only_right, other_call or ends; arguments are"
                " the names of those that differ, part the part of the state; given is what both were given"
                " that is not the same; count is how many calls behind it differ (at most 1000)"
            ),
        ),
        "divergent-half": Object(
            "position call instead ending",
            translatable("left, right"),
            translatable("call is null where that boot makes none: instead says what it does"),
        ),
        "divergent-call": Object(
            "event function text arguments returned callers file line about caller_file caller_line"
            " call_file call_line call_address log",
            translatable("call of left, right"),
            translatable(
                "callers are innermost first; file and line are where the function is defined, caller_file"
                " and caller_line where its caller is, call_file and call_line where it is called, which the"
                " return address of a kernel that ran tells: call_address; log is the first line that is said"
                " in it"
            ),
        ),
        "state-difference": Object("part rows count", translatable("of states, of end")),
        "state-row": Object("left right", translatable("of rows of a part")),
        "further-call": Object(
            "what left right left_event right_event times",
            translatable("of further"),
            translatable("the first call of a function, and how many of it differ"),
        ),
    },
)
LIVE = Chapter(
    translatable("live"),
    {
        "live": Object(
            "kind kernel banner release architecture load_address moved ending ending_words events calls"
            " log_lines watched known stops seconds memory reserved missing saved machine against",
            translatable("the summary"),
            translatable(
                "moved is by how much KASLR moved it; ending is handover, panic, time limit, event limit,"
                " stopped or target gone; watched of known functions were watched; memory and reserved are"
                " as at the end of the recording; saved and machine name what was written;"
                " against has the fields of diff, with boot instead of boots"
            ),
        ),
    },
)
CHAPTERS = (ANSWERS, SCRIPTED, EVENTS, COMPARING, TEACHING, LIVE)


def fields(name: str) -> frozenset[str]:
    """The fields of an object, by its name in the tables.  Raises `KeyError`."""
    return next(chapter.objects[name].names for chapter in CHAPTERS if name in chapter.objects)


def lines() -> list[str]:
    """All of it, as people read it."""
    return (
        [line for text in FORMS for line in (*wrapped(tr(text), WIDTH), "")]
        + [line for chapter in CHAPTERS for line in _chapter(chapter)]
        + wrapped(
            tr("states (state, export --format json) keep to a schema: bootstep export --schema prints it"),
            WIDTH,
        )
    )


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield tr(chapter.title)
    for text in chapter.about:
        yield from (f"  {line}" for line in wrapped(tr(text), WIDTH - 2))
    for name, each in chapter.objects.items():
        called = tr(each.called) if each.called else name
        told = each.fields + (f" ({tr(each.note)})" if each.note else "")
        first, *rest = wrapped(told, WIDTH - INDENT - 2)
        yield f"  {padded(called, INDENT)}{first}"
        yield from (" " * (INDENT + 2) + line for line in rest)
    yield ""
