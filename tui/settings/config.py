"""What people keep in ``config.toml``: the colours, the speed, and keys of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from ...model.base.errors import InputError
from ...model.files.input_files import LARGEST_MACHINE, is_file, read_bytes
from ...model.files.toml_file import parse_toml
from ...model.language.words import LANGUAGES, tr
from .bindings import KEY_BINDINGS, SCROLLING, KeyBinding, help_of, label_of
from .keymap import KeyNameError, key_of, shown_key

ENTRIES = ("theme", "speed", "lang", "kernel-source", "keys")


class Settings(Struct, frozen=True):
    """What the file says: the name of a theme, or nothing; steps a second when playing, or None; keys by the
    action's id, as Textual calls them; the path of a Linux source tree, or nothing; the language, or
    nothing."""

    theme: str = ""
    speed: float | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    kernel_source: str = ""
    lang: str = ""


def usual_path() -> Path:
    """Where this platform wants it (on Linux ``$XDG_CONFIG_HOME/bootstep/config.toml``)."""
    import platformdirs

    return platformdirs.user_config_path("bootstep", appauthor=False) / "config.toml"


def read_config(
    path: Path | None, panes: Mapping[str, Iterable[KeyBinding]], themes: Iterable[str]
) -> Settings:
    """The file at `path`; None: the usual one, which need not be there.  `panes` has the keys that only
    single panes have, by the pane's name.  Raises `InputError`."""
    file = path or usual_path()
    if path is None and not is_file(file):
        return Settings()
    try:
        given = parse_toml(read_bytes(file, LARGEST_MACHINE).decode())
        return _config(given, panes, tuple(themes))
    except UnicodeDecodeError:
        raise InputError(tr("{file} is not text in UTF-8", file=file)) from None
    except RecursionError:
        raise InputError(tr("{file}: this TOML is nested too deep", file=file)) from None
    except ValueError as error:
        raise InputError(f"{file}: {error}") from None


def _config(
    given: Mapping[str, Any], panes: Mapping[str, Iterable[KeyBinding]], themes: tuple[str, ...]
) -> Settings:
    for name in given:
        if name not in ENTRIES:
            raise ValueError(
                tr("there is no entry {name}{nearest}", name=name, nearest=_nearest(name, ENTRIES))
            )
    theme, speed, keys = given.get("theme", ""), given.get("speed"), given.get("keys", {})
    if theme and theme not in themes:
        raise ValueError(
            tr("theme: there is no {theme!r}{nearest}", theme=theme, nearest=_nearest(str(theme), themes))
        )
    if isinstance(speed, bool) or not (speed is None or (isinstance(speed, int | float) and speed > 0)):
        raise ValueError(tr("speed: it has to be a number of steps a second, above 0"))
    if not isinstance(keys, dict):
        raise ValueError(tr('keys: it has to be a table, as in [keys] and below it step = "s"'))
    source = given.get("kernel-source", "")
    if not isinstance(source, str):
        raise ValueError(tr("kernel-source: it has to be the path of a Linux source tree, in quotes"))
    lang = given.get("lang", "")
    if lang and lang not in LANGUAGES:
        raise ValueError(
            tr("lang: expected one of {languages}, not {lang!r}", languages=", ".join(LANGUAGES), lang=lang)
        )
    actions = {id: list(found) for id, found in panes.items()}
    return Settings(str(theme), speed, _keys(dict(_flat(keys)), actions), source, str(lang))  # pyright: ignore[reportUnknownArgumentType]


def _flat(keys: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """``log.level = "l"`` is a table in a table to TOML."""
    for name, value in keys.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield before + name, value


def _keys(given: Mapping[str, Any], panes: Mapping[str, list[KeyBinding]]) -> dict[str, tuple[str, ...]]:
    everywhere = (*KEY_BINDINGS.values(), *SCROLLING)
    known = [action.id for action in (*everywhere, *(action for keys in panes.values() for action in keys))]
    found: dict[str, tuple[str, ...]] = {}
    for id, value in given.items():
        if id not in known:
            raise ValueError(tr("keys: there is no action {id}{nearest}", id=id, nearest=_nearest(id, known)))
        names: list[Any] = [*value] if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
        found[id] = tuple(_key(id, name) for name in names)
        if not found[id]:
            raise ValueError(tr("keys: {id} has to have a key", id=id))
    _check_clashes(found, everywhere, panes)
    return found


def _key(id: str, name: object) -> str:
    if not isinstance(name, str):
        raise ValueError(
            tr('keys: {id}: {name!r} is not the name of a key, as in "s" or "ctrl+p"', id=id, name=name)
        )
    try:
        return key_of(name)
    except KeyNameError as error:
        nearest = tr("; the nearest is {nearest}", nearest=error.nearest) if error.nearest else ""
        raise ValueError(
            tr("keys: {id}: no key is called {name!r}{nearest}", id=id, name=name, nearest=nearest)
        ) from None


def _check_clashes(
    found: Mapping[str, tuple[str, ...]],
    everywhere: tuple[KeyBinding, ...],
    panes: Mapping[str, list[KeyBinding]],
) -> None:
    """No key may do two things in one pane.  That a pane gives a key of its own another meaning than
    scrolling is meant so, as long as nobody has asked for either."""

    def keys_of(action: KeyBinding) -> tuple[str, ...]:
        return found.get(action.id) or tuple(action.keys.split(","))

    for actions in (everywhere, *((*everywhere, *own) for own in panes.values())):
        taken: dict[str, str] = {}
        for action in actions:
            for key in keys_of(action):
                other = taken.setdefault(key, action.id)
                if other != action.id and {other, action.id} & found.keys():
                    raise ValueError(
                        tr(
                            "keys: {key} would do both {other} and {id}",
                            key=shown_key(key),
                            other=other,
                            id=action.id,
                        )
                    )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1, 0.5)
    return tr("; the nearest is {near}", near=near[0]) if near else ""


def as_file(groups: Iterable[tuple[str, Iterable[KeyBinding]]]) -> Iterator[str]:
    """Lines of a file to begin with: every entry, commented out, with what it is for."""
    yield tr("# bootstep's configuration.  Remove the # before what you change.")
    yield tr("# It is read from {path}, or from the file that --settings names.", path=usual_path())
    yield ""
    yield tr("# dark, light, contrast, terminal (its own sixteen colours)")
    yield '# theme = "dark"'
    yield tr("# steps a second when a boot plays")
    yield "# speed = 5"
    yield tr("# the language: en or zh; nothing: the locale's")
    yield '# lang = "en"'
    yield tr("# a Linux source tree, or an archive of one, whose functions stand beside ours")
    yield '# kernel-source = "/usr/src/linux"'
    yield ""
    yield tr("# One key or several for each action: a character, or a name as in")
    yield tr('# "enter", "space", "tab", "pageup", "f5", "ctrl+n", "alt+left", "shift+tab".')
    yield "[keys]"
    for title, actions in groups:
        yield ""
        yield f"# {title}"
        for action in actions:
            yield f"# {_entry(action):<44} # {help_of(action) or label_of(action)}"


def _entry(action: KeyBinding) -> str:
    names = [_written(key) for key in action.keys.split(",")]
    value = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    name = f'"{action.id}"' if "." in action.id else action.id
    return f"{name} = {value}"


def _written(key: str) -> str:
    shown = shown_key(key)
    name = shown if len(shown) == 1 and key_of(shown) == key else key
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
