"""Device tree sources with includes and macros of C, run through the C preprocessor.

Mirrors what the kernel's build does with them (scripts/Makefile.lib, ``dtc_cpp_flags``).
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from ....model.base.errors import InputError
from ....model.base.units import readable_size

DIRECTIVE = re.compile(
    r"^[ \t]*#[ \t]*(?:include|define|undef|ifdef|ifndef|if|error|pragma)(?![\w,.#?+*-])", re.MULTILINE
)
PROGRAMS = (("cpp",), ("gcc", "-E"), ("clang", "-E"), ("cc", "-E"))
FLAGS = ("-nostdinc", "-undef", "-D__DTS__", "-x", "assembler-with-cpp")
INCLUDES = ("include", "scripts/dtc/include-prefixes", "dts/upstream/include", "dts/upstream/src/arm64")
"""Where source trees of Linux and U-Boot keep what device trees include."""
INSTALLED = ("lib/modules/*/source/include", "lib/modules/*/build/include", "usr/src/linux*/include")
BINDINGS = "dt-bindings"
SECONDS = 10
MOST_OUTPUT = 8 << 20
MOST_MEMORY = 512 << 20
MOST_PARENTS = 12
PROBLEM = re.compile(r"^(.+?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)$", re.MULTILINE)


def needs_preprocessor(text: str) -> bool:
    """Whether a source has lines for the C preprocessor."""
    return DIRECTIVE.search(text) is not None


def preprocess(path: Path) -> str:
    """The text of a source after the C preprocessor, with its line markers.  Raises `InputError` if there is
    no such program, with the command to run elsewhere, or if it fails."""
    program = next((words for words in PROGRAMS if shutil.which(words[0])), None)
    directories = list(_directories(path))
    if program is None:
        command = _command(("cpp",), path, directories)
        raise InputError(
            f"{path}: this source is for the C preprocessor, which is not installed; run: "
            f"{shlex.join(command)} > {shlex.quote(path.stem + '.pp.dts')}"
        )
    return _run(_command(program, path, directories), path)


def _command(program: Sequence[str], path: Path, directories: Sequence[Path]) -> list[str]:
    included = [word for directory in directories for word in ("-I", str(directory))]
    name = str(path) if not str(path).startswith("-") else f"./{path}"
    return [*program, *FLAGS, *included, name]


def _directories(path: Path) -> Iterator[Path]:
    """The source's own folder, the tree it may lie in, and the headers of an installed kernel."""
    yield path.parent
    found = False
    for parent in list(path.absolute().parents)[:MOST_PARENTS]:
        for name in INCLUDES:
            if (parent / name / BINDINGS).is_dir():
                found = True
                yield parent / name
    if not found:
        installed = (at for pattern in INSTALLED for at in Path("/").glob(pattern))
        yield from sorted((at for at in installed if (at / BINDINGS).is_dir()), reverse=True)[:1]


def _run(command: Sequence[str], path: Path) -> str:
    """Its output: bounded, in time and size, for a source may include itself or what never ends."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        # Limits of the shell's hold for all that it becomes; -v is in KiB, -f in blocks of 512 bytes.
        limits = {"t": SECONDS, "v": MOST_MEMORY >> 10, "f": (MOST_OUTPUT >> 9) + 1}
        script = "".join(f"ulimit -{name} {most} && " for name, most in limits.items()) + 'exec "$@"'
        bounded = ["/bin/sh", "-c", script, "sh", *command]
        process = _started(bounded, path, output, errors)
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise InputError(f"{path}: the C preprocessor has no end, after {SECONDS} seconds") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        text = _start_of(output, MOST_OUTPUT + 1)
        if len(text) > MOST_OUTPUT:
            raise InputError(f"{path}: the C preprocessor makes more than {readable_size(MOST_OUTPUT)} of it")
        if status:
            raise InputError(_told(path, _start_of(errors, 1 << 16), command))
        return text


def _started(
    command: Sequence[str], path: Path, output: IO[bytes], errors: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )
    except OSError as error:
        told = f"the C preprocessor cannot be run: {error.strerror}"
        raise InputError(f"{path}: {told}") from None


def _start_of(file: IO[bytes], most: int) -> str:
    file.seek(0)
    return file.read(most).decode("utf-8", "replace")


def _told(path: Path, errors: str, command: Sequence[str]) -> str:
    """What went wrong, and how it may go right."""
    found = PROBLEM.search(errors)
    if not found:
        last = errors.strip().split("\n")[-1] or "without a word"
        return f"{path}: the C preprocessor ended early: {last}"
    name, line, what = found[1], found[2], found[3]
    where = f"{path}: {name}: line {line}" if name != str(path) else f"{path}: line {line}"
    if "No such file" in what:
        missing = what.partition(":")[0]
        shown = shlex.join([*command[:-1], "-I", "LINUX/include", command[-1]])
        output = shlex.quote(path.stem + ".pp.dts")
        return f"{where}: {missing} is not there; with the sources it belongs to run: {shown} > {output}"
    return f"{where}: {what}"
