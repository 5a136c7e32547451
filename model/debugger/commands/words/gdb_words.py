"""Commands that gdb has: what their short forms mean, and for those there are none of here, what does
instead, in one sentence each.

A command of that name, wherever it is made, comes before a sentence.
"""

from __future__ import annotations

from ....language.words import translatable

SHORT_FORMS = {
    "br": "break",
    "brea": "break",
    "bre": "break",
    "b": "break",
    "tb": "tbreak",
    "wa": "watch",
    "cl": "clear",
    "del": "delete",
    "d": "delete",
    "disa": "disable",
    "dis": "disable",
    "en": "enable",
    "inspect": "print",
    "p": "print",
    "l": "list",
    "fin": "finish",
    "fg": "continue",
    "c": "continue",
    "n": "next",
    "ni": "nexti",
    "rc": "reverse-continue",
    "rn": "reverse-next",
    "rni": "reverse-nexti",
    "rs": "reverse-step",
    "rsi": "reverse-stepi",
    "r": "run",
    "s": "step",
    "si": "stepi",
    "u": "until",
    "bt": "backtrace",
    "where": "backtrace",
    "dow": "down",
    "do": "down",
    "f": "frame",
    "i": "info",
    "inf": "info",
    "h": "help",
    "q": "quit",
    "exit": "quit",
    "disp": "display",
    "undisp": "undisplay",
    "j": "jump",
    "k": "kill",
    "t": "thread",
    "po": "print-object",
    "w": "with",
    "tp": "trace",
    "tr": "trace",
    "tra": "trace",
    "trac": "trace",
    "fo": "forward-search",
    "rev": "reverse-search",
    "gr": "guile-repl",
    "gu": "guile",
    "pi": "python-interactive",
    "py": "python",
    "rec": "record",
    "mt": "maintenance",
    "ov": "overlay",
    "ovly": "overlay",
    "ws": "while-stepping",
    "stepping": "while-stepping",
    "gcore": "generate-core-file",
    "expression": "compile",
    "!": "shell",
    "|": "pipe",
    "sho": "show",
    "fs": "focus",
    "wh": "winheight",
}
"""gdb's own short forms and other names: they mean here what they mean there."""

_RECORDED = translatable("the boot is recorded, and run goes through it again from the start")
_NOT_RUN = translatable("no command runs another program or code: print tells the value of an expression")
_FILES = translatable(
    "the kernel and its symbols come with the machine: info address NAME tells where a symbol lies"
)
_ONE_CPU = translatable("one CPU boots, and backtrace lists the functions that are open on it")
_CONTENTS = translatable("what memory holds is not modelled: x ADDRESS tells all else that is known of it")
_TRACE = translatable(
    'every event is recorded as it is: dprintf PLACE, "{EXPRESSION}" prints whenever the boot comes by'
)
_SCREEN = translatable("the screen is moved with keys, which ? on the screen lists: no command does it")
_SCRIPT = translatable("scripts have it (bootstep -x FILE), and the command line of the debugger")
_INSIDE = translatable("nothing of gdb's own inside is here: help lists what is")
_FIND = translatable("info functions REGEX finds functions by their names, and list shows one")
_OWN = translatable("define NAME … end makes a command")
_NO_REMOTE = translatable(
    "there is no remote target: the boot is recorded, and run goes through it again from the start"
)

INSTEAD: dict[str, str] = {
    # stopping
    "rwatch": translatable("reading leaves no event: watch stops at changes"),
    "awatch": translatable("reading leaves no event: watch stops at changes"),
    "break-range": translatable("watch START-END stops when anything happens to a range of memory"),
    "catch": translatable("break log-level:warning stops at warnings, break log:TEXT at a message"),
    "tcatch": translatable(
        "tbreak log-level:warning stops at the next warning, tbreak log:TEXT at a message"
    ),
    "commands": _SCRIPT,
    "skip": translatable("next goes over a call, and finish out of it"),
    "handle": translatable("the kernel gets no signals: break log-level:warning stops at its warnings"),
    "signal": translatable("the kernel gets no signals: continue goes on"),
    "queue-signal": translatable("the kernel gets no signals: continue goes on"),
    "stop": translatable('nothing is done at every stop: dprintf PLACE, "{EXPRESSION}" prints at a place'),
    # the boot
    "jump": translatable("goto POSITION goes anywhere, and nothing is executed twice"),
    "return": translatable(
        "finish goes to the return of the function, and nothing can make it return earlier"
    ),
    "call": translatable("print tells the value of an expression: no function is executed"),
    "attach": translatable(
        "there is nothing to attach to: the boot is recorded, and run goes through it again from the start"
    ),
    "detach": translatable("there is nothing to detach from: quit leaves"),
    "disconnect": translatable("there is nothing to disconnect from: quit leaves"),
    "target": translatable(
        "there is no other target: the boot is recorded, and run goes through it again from the start"
    ),
    "remote": _NO_REMOTE,
    "monitor": _NO_REMOTE,
    "kill": translatable("a recorded boot cannot be killed: quit leaves, and start goes back to its start"),
    "interrupt": translatable("a move is over when it has said so: break stops the next one"),
    "record": translatable(
        "all of the boot is recorded from its start: reverse-step and its like go back at any time"
    ),
    "compare-sections": _FILES,
    "inferior": _ONE_CPU,
    "add-inferior": _ONE_CPU,
    "clone-inferior": _ONE_CPU,
    "remove-inferiors": _ONE_CPU,
    "thread": _ONE_CPU,
    "task": _ONE_CPU,
    "taas": translatable("backtrace shows every open function with its arguments"),
    "tfaas": translatable("backtrace shows every open function with its arguments"),
    "faas": translatable("backtrace shows every open function with its arguments"),
    # data
    "printf": _SCRIPT,
    "echo": _SCRIPT,
    "explore": translatable("print shows a record with its fields"),
    "print-object": translatable("print shows a record with its fields"),
    "agent-printf": translatable('dprintf PLACE, "{EXPRESSION}" prints a value whenever the boot comes by'),
    "disassemble": translatable(
        "instructions are not recorded: list shows the source, stepi is the smallest step"
    ),
    "append": _CONTENTS,
    "dump": _CONTENTS,
    "restore": _CONTENTS,
    "find": _CONTENTS,
    "mem": translatable("info memblock tells which memory there is"),
    "memory-tag": _CONTENTS,
    "flash-erase": _CONTENTS,
    "init-if-undefined": translatable("set $x = EXPRESSION gives a variable of your own a value"),
    "unset": translatable(
        "nothing of a recorded boot can be set or unset: show tells the settings there are"
    ),
    "with": translatable("set changes a setting for all commands that follow"),
    # other programs and other languages
    "shell": _NOT_RUN,
    "pipe": _NOT_RUN,
    "make": _NOT_RUN,
    "python": _NOT_RUN,
    "python-interactive": _NOT_RUN,
    "guile": _NOT_RUN,
    "guile-repl": _NOT_RUN,
    "compile": _NOT_RUN,
    "eval": _NOT_RUN,
    "function": _NOT_RUN,
    "interpreter-exec": _NOT_RUN,
    "new-ui": _SCREEN,
    # files
    "file": _FILES,
    "exec-file": _FILES,
    "core-file": _FILES,
    "generate-core-file": _CONTENTS,
    "symbol-file": _FILES,
    "add-symbol-file": _FILES,
    "add-symbol-file-from-memory": _FILES,
    "remove-symbol-file": _FILES,
    "load": _FILES,
    "section": _FILES,
    "sharedlibrary": _FILES,
    "nosharedlibrary": _FILES,
    "jit-reader-load": _FILES,
    "jit-reader-unload": _FILES,
    "overlay": _FILES,
    "cd": translatable("files are named from where bootstep was started: save breakpoints FILE writes there"),
    "pwd": translatable(
        "files are named from where bootstep was started: save breakpoints FILE writes there"
    ),
    "path": translatable("no program is started: run goes through the recorded boot"),
    "directory": translatable(
        "--kernel-source DIR on bootstep's command line names the kernel's source: list shows lines"
    ),
    "search": _FIND,
    "forward-search": _FIND,
    "reverse-search": _FIND,
    # scripts
    "source": _SCRIPT,
    "if": _SCRIPT,
    "while": _SCRIPT,
    "define": _SCRIPT,
    "define-prefix": _OWN,
    "document": _SCRIPT,
    "alias": _OWN,
    "dont-repeat": _OWN,
    "add-auto-load-safe-path": translatable(
        "nothing is loaded by itself: save breakpoints FILE keeps breakpoints"
    ),
    "add-auto-load-scripts-directory": translatable(
        "nothing is loaded by itself: save breakpoints FILE keeps breakpoints"
    ),
    "macro": translatable("print knows the kernel's macros: print __pa(_text)"),
    "demangle": translatable("names in the kernel are C's: info symbol ADDRESS finds one"),
    # the screen
    "tui": _SCREEN,
    "layout": _SCREEN,
    "focus": _SCREEN,
    "refresh": _SCREEN,
    "update": _SCREEN,
    "winheight": _SCREEN,
    "winwidth": _SCREEN,
    "tty": _SCREEN,
    "+": _SCREEN,
    "-": _SCREEN,
    "<": _SCREEN,
    ">": _SCREEN,
    # tracepoints
    **dict.fromkeys(("trace", "ftrace", "strace", "actions", "collect", "passcount", "tdump"), _TRACE),
    **dict.fromkeys(("teval", "tfind", "tsave", "tstart", "tstatus", "tstop", "tvariable"), _TRACE),
    "while-stepping": _TRACE,
    "maintenance": _INSIDE,
}
"""For each command of gdb that there is none of, what does instead."""
