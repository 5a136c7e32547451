"""How a guided tour is written: a file that has everything, to copy from."""

from __future__ import annotations

from ....model.language.columns import wrapped
from ....model.language.words import tr, translatable
from .commented import Row, commented

COLUMN = 46
WIDTH = 100
ROWS: tuple[Row, ...] = (
    ("[tour]", ""),
    ('name = "first-look"', translatable("what people type; the file's name if it is not there")),
    ('title.en = "A first look"', translatable("every text: .en, .zh, or one plain string")),
    ('title.zh = "初识"', ""),
    ('about.en = "What is there before anything happened."', ""),
    (
        'machine = "virt-1g"',
        translatable("what it is made for: a shipped machine, or a file beside this one"),
    ),
    ("order = 1", translatable("its place in the list of tours")),
    ('needs.arch = "arm64"', translatable("arm64, x86_64, or a list of them")),
    ('needs.source = "boot"', translatable("boot (not made of a log), or log")),
    ("", ""),
    ("[[stop]]", ""),
    (
        'at = "arm64_memblock_init:return"',
        translatable("as goto takes it; or a list, of which the first is taken that this boot has"),
    ),
    ('look = "memblock"', translatable("the pane that comes forward")),
    (
        'region = "memblock.reserved.regions[0]"',
        translatable("what to put the light on: what an expression is;"),
    ),
    ('address = "__pa(_text)"', translatable("a place in memory, a list is several;")),
    ('rows = ["Kernel", "{__pa(_text):hex}"]', translatable("text of rows")),
    ('ask = "who __pa(_text)"', translatable("a question whose answer is shown, where look is about")),
    ("if = 'since(\"6.1\")'", translatable("the stop is left out where this does not hold there")),
    ("optional = true", translatable("it is left out where this boot has no such position")),
    ('title.en = "Who is first"', ""),
    ('say.en = """', ""),
    ("{count(memblock.reserved):region is|regions are} reserved, {size(memblock.reserved)} in all: the", ""),
    ('kernel keeps its own image, {memblock.reserved.regions[0]:range}, from everybody else."""', ""),
    ('notes.en = "Ask who else could be there."', translatable("for the speaker")),
    ("", ""),
    ("[stop.question]", translatable("asked after the words; or a kind = of bootstep quiz --list")),
    ('ask.en = "How many regions will there be when the initrd is reserved, too?"', ""),
    ('choices.en = ["{memblock.reserved.cnt}", "{memblock.reserved.cnt + 1}"]', ""),
    (
        'answer = "memblock.reserved.cnt + 1"',
        translatable('an expression, whose value is typed or is the right choice\'s; or "choice 2"'),
    ),
    ('explain.en = "It touches no region that is there."', ""),
)
FORMATS: tuple[Row, ...] = (
    ("{x}", translatable("a number of bytes as a size, an address in hex, else plain: what reads best")),
    ("{x:size} {x:hex} {x:dec}", translatable("13.6 MiB, 0x40210000, 16")),
    ("{x:pages}", translatable("a number of pages, as the size of all of them")),
    ("{x:range}", translatable("[0x40210000-0x40faffff], of a region")),
    ("{x:region|regions}", translatable("3 regions, 1 region: the number, and one of two words")),
    ("{x:?yes|no}", translatable("one of two texts, by whether something holds")),
)
BEFORE = translatable(
    "A tour is a TOML file. It has its words in every language, and no number that the boot could tell"
    " itself:"
)
BETWEEN = translatable(
    "What stands in braces is an expression at the stop's place, as print takes it (help print in the"
    " debugger lists what it may ask); doubled braces are braces. A format may follow a colon:"
)
AFTER = translatable(
    "bootstep tour check FILE MACHINE … holds every stop and every expression against boots; bootstep tour"
    " --tour FILE takes it; bootstep export --tour FILE --html OUT makes a page of it."
)


def lines() -> list[str]:
    """The example, the formats, and what to do with it."""
    return [
        *(*wrapped(tr(BEFORE), WIDTH), "", *commented(ROWS, COLUMN), ""),
        *(*wrapped(tr(BETWEEN), WIDTH), "", *commented(FORMATS, 28), ""),
        *wrapped(tr(AFTER), WIDTH),
    ]
