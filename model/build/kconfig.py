"""The kernel's configuration.  Mirrors what Kconfig writes to .config."""

from __future__ import annotations

from collections.abc import Mapping

from ..base.errors import InputError
from ..language.words import tr
from .bounds import check_option


class KConfig:
    """The options of one kernel, by name without ``CONFIG_``.  An option that is not set has no value."""

    def __init__(self, options: Mapping[str, str], filename: str = ".config") -> None:
        self.options = dict(options)
        self.filename = filename

    @classmethod
    def parse(cls, text: str, filename: str = ".config") -> KConfig:
        """The options in the text of a .config.  Raises `InputError` if it is none."""
        options: dict[str, str] = {}
        for line in text.splitlines():
            name, equals, value = line.partition("=")
            if equals and name.startswith("CONFIG_"):
                options[name[7:].strip()] = value.strip()
            elif equals and not line.startswith("#"):
                raise InputError(
                    tr(
                        "{filename}: {line!r} is no line of a kernel configuration",
                        filename=filename,
                        line=line[:60].strip(),
                    )
                )
        if not options:
            raise InputError(
                tr(
                    "{filename}: this is no kernel configuration, it sets no CONFIG_ option",
                    filename=filename,
                )
            )
        return cls(options, filename)

    def get(self, name: str) -> str | None:
        """The value as written, None if the option is not set."""
        return self.options.get(name)

    def enabled(self, name: str) -> bool:
        """Whether the option is built in (``=y``)."""
        return self.options.get(name) == "y"

    def integer(self, name: str, default: int = 0) -> int:
        """The number an option is set to, `default` if it is not set.  Raises `InputError` if it is none that
        this option can have."""
        value = self.options.get(name)
        if value is None:
            return default
        try:
            number = int(value, 0)
        except ValueError:
            raise InputError(
                tr(
                    "{filename}: CONFIG_{name}={value}: expected a number",
                    filename=self.filename,
                    name=name,
                    value=value,
                )
            ) from None
        return check_option(name, number, self.filename)

    def string(self, name: str, default: str = "") -> str:
        """The text an option is set to, without its quotes."""
        value = self.options.get(name)
        if value is None:
            return default
        if len(value) >= 2 and value[0] == value[-1] == '"':
            value = value[1:-1]
        return value.replace('\\"', '"').replace("\\\\", "\\")
