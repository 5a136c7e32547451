"""Opening what ``--kernel-source`` names: a directory, or an archive."""

from __future__ import annotations

from ...base.errors import InputError
from ...files.input_files import is_directory, is_file, path_of
from ...language.words import tr
from .functions import KernelSource
from .tree import SourceTree


def open_kernel_source(text: str) -> KernelSource:
    """The source that somebody names.  An archive is read once, which takes a while and is told; then it is
    in the cache.  Raises `InputError` if it is no source of the kernel."""
    try:
        path = path_of(text)
    except ValueError as error:
        raise InputError(tr("--kernel-source {text}: {error}", text=text, error=error)) from None
    if is_file(path) and not is_directory(path):
        from .tarball import SourceArchive  # few people have one, and it takes much to read one

        return KernelSource(SourceArchive.at(path))
    return KernelSource(SourceTree.at(text))
