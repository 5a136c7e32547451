"""A parser of command lines that complains in one line."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ...model.base.errors import InputError


class Parser(argparse.ArgumentParser):
    """Whatever is wrong with a command line is an `InputError`."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; '{self.prog} --help' tells how it is used")
