"""``config.toml``: what it may say, what is wrong with it, and keys that are not the table's.

Covers bindings.py, keymap.py.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.main import main
from bootstep.tui.draw.themes import THEMES
from bootstep.tui.panes.all import PANES, keys_by_pane
from bootstep.tui.settings.bindings import KEY_BINDINGS, SCROLLING
from bootstep.tui.settings.config import Settings, read_config, usual_path
from bootstep.tui.settings.keymap import MENTION, KeyNameError, key_of, shown_key
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import recorded, screen, text

MULTIPLEXERS = {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+j", "ctrl+o"}


def config(tmp_path: Path, words: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(words)
    return read_config(path, keys_by_pane(), THEMES)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('[keys]\nstepp = "s"', "keys: there is no action stepp; the nearest is step"),
        ('[keys]\nstep = "n"', "keys: n would do both step and next"),
        ('[keys]\nstep = "pagup"', "keys: step: no key is called 'pagup'; the nearest is pageup"),
        ("[keys]\nstep = 3", 'keys: step: 3 is not the name of a key, as in "s" or "ctrl+p"'),
        ("[keys]\nstep = []", "keys: step has to have a key"),
        ('[keys]\n"breakpoints.delete" = "s"', "keys: s would do both step and breakpoints.delete"),
        ('[keys]\n"scroll.up" = ["up", "s"]', "keys: s would do both step and scroll.up"),
        ("keys = 3", 'keys: it has to be a table, as in [keys] and below it step = "s"'),
        ('theme = "drak"', "theme: there is no 'drak'; the nearest is dark"),
        ("speed = 0", "speed: it has to be a number of steps a second, above 0"),
        ("speed = true", "speed: it has to be a number of steps a second, above 0"),
        ('lang = "tlh"', "lang: expected one of en, zh, not 'tlh'"),
        ('colour = "dark"', "there is no entry colour"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_the_file_and_the_entry(
    tmp_path: Path, words: str, sentence: str
) -> None:
    with pytest.raises(InputError) as error:
        config(tmp_path, words)
    assert str(error.value) == f"{tmp_path / 'config.toml'}: {sentence}"


def test_the_language_may_stand_there(tmp_path: Path) -> None:
    assert config(tmp_path, 'lang = "zh"').lang == "zh"
    assert config(tmp_path, "").lang == ""


def test_keys_may_change_places(tmp_path: Path) -> None:
    found = config(tmp_path, '[keys]\nstep = "n"\nnext = ["s", "f5"]\nbreakpoints.delete = "Del"')
    assert found.keys == {"step": ("n",), "next": ("s", "f5"), "breakpoints.delete": ("delete",)}


def test_a_usual_file_need_not_be_there_one_that_is_named_has_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert usual_path() == tmp_path / "bootstep/config.toml"
    assert read_config(None, keys_by_pane(), THEMES) == Settings()
    usual_path().parent.mkdir()
    usual_path().write_text('theme = "light"\nspeed = 20')
    assert read_config(None, keys_by_pane(), THEMES) == Settings("light", 20)
    with pytest.raises(InputError, match="no such file or directory"):
        read_config(tmp_path / "no.toml", keys_by_pane(), THEMES)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[keys", b"keys = {a = 1", b'"\x00"'])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_config(path, keys_by_pane(), THEMES)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_the_command_line_ends_with_2_before_anything_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nstep = "n"')
    assert main(["virt-1g", "--settings", str(path)]) == 2
    assert capsys.readouterr().err == f"bootstep: {path}: keys: n would do both step and next\n"
    assert main(["virt-1g", "--settings", str(tmp_path / "empty"), "--theme", "dark"]) == 2
    path.write_text("")
    assert main(["virt-1g", "--settings", str(path), "--theme", "drak"]) == 2
    assert "--theme drak: the themes are dark, light, contrast, terminal" in capsys.readouterr().err


def test_the_printed_file_says_what_is_so_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys"]) == 0
    printed = capsys.readouterr().out
    assert tomllib.loads(printed) == {"keys": {}}
    lines = [line.removeprefix("# ") if " = " in line else line for line in printed.splitlines()]
    found = config(tmp_path, "\n".join(lines))
    actions = [*KEY_BINDINGS.values(), *SCROLLING, *(action for pane in PANES for action in pane.KEYS)]
    assert found.keys == {action.id: tuple(action.keys.split(",")) for action in actions}
    assert (found.theme, found.speed) == ("dark", 5)


def test_no_two_keys_of_a_pane_are_the_same_and_none_is_a_multiplexers() -> None:
    everywhere = [key for action in KEY_BINDINGS.values() for key in action.keys.split(",")]
    for pane in PANES:
        keys = everywhere + [key for action in pane.KEYS for key in action.keys.split(",")]
        assert len(keys) == len(set(keys)), pane.NAME
        assert not MULTIPLEXERS & set(keys)


@pytest.mark.parametrize("action", [*KEY_BINDINGS.values(), *SCROLLING], ids=lambda action: action.id)
def test_every_key_of_the_table_is_shown_as_people_call_it(action: object) -> None:
    keys, shown = action.keys.split(","), action.shown  # type: ignore[attr-defined]
    assert shown_key(keys[0]) == shown
    assert [key_of(shown_key(key)) for key in keys] == keys


def test_names_of_keys() -> None:
    assert key_of("Ctrl+P") == "ctrl+p"
    assert key_of("PgUp") == "pageup"
    assert key_of(" ") == "space"
    assert key_of("ctrl+i") == "tab"
    assert key_of("é") == "é"
    for name in ("", "foo", "ctrl+foo", "hyper+x", "ab"):
        with pytest.raises(KeyNameError):
            key_of(name)


@pytest.mark.slow
async def test_remapped_keys_act_and_are_shown_everywhere() -> None:
    keys = {
        "step": ("x",),
        "back": ("ctrl+x",),
        "pane-3": ("f3",),
        "scroll.last": ("b",),
        "breakpoint": ("f9",),
        "clear": ("f4",),
        "show-all": ("f6",),
    }
    app = BootstepApp(demo, config=Settings(keys=keys))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        assert app.session is not None
        assert " x step" in screen(app)[-1] and " Ctrl+X back" in screen(app)[-1]
        await pilot.press("s")
        assert app.session.debugger.position == 0
        await pilot.press("x", "x")
        assert app.session.debugger.position > 1
        await pilot.press("ctrl+x", "ctrl+x")
        assert app.session.debugger.position == 0
        await pilot.press("f3")
        assert app.focused_pane().ID == "memblock"
        assert "F3 memblock" in text(app)
        await pilot.press("f3", "h")
        assert app.status.sentence == "memblock is hidden: F3 brings it back, F6 all."
        await pilot.press("1", "b")
        assert app.focused_pane().cursor == app.focused_pane().count() - 1
        await pilot.press("question_mark")
        await pilot.pause()
        page = app.help.copy_text()
        assert "  x          Into the next function" in page and "  Ctrl+X" in page
        await pilot.press("n")
        assert app.status.sentence == "F4 leaves the help page first."
        await pilot.press("f4")
        assert app.before_help is None


@pytest.mark.slow
async def test_a_key_of_one_pane_is_remapped_there() -> None:
    app = BootstepApp(demo, config=Settings(keys={"breakpoints.delete": ("x",)}, speed=50))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        assert app.session is not None
        assert app.player.speed == 50
        await pilot.press("s", "b", "9", "home", "down", "d")
        assert len(app.session.debugger.breakpoints.all()) == 1
        assert "x delete" in screen(app)[-1]
        await pilot.press("x")
        await pilot.pause()
        assert not app.session.debugger.breakpoints.all()


def test_every_action_that_a_sentence_mentions_is_there() -> None:
    actions = {
        action.id
        for action in (*KEY_BINDINGS.values(), *SCROLLING, *(key for pane in PANES for key in pane.KEYS))
    }
    folder = Path(__file__).parents[3] / "tui"
    mentioned = {id for path in folder.rglob("*.py") for id in MENTION.findall(path.read_text())}
    assert len(mentioned) > 10
    assert mentioned <= actions


async def test_sentences_name_the_keys_there_are() -> None:
    app = BootstepApp(demo, config=Settings(keys={"step": ("x",), "search": ("f7",)}))
    async with app.run_test(size=(160, 45)) as pilot:
        await recorded(pilot)
        assert app.status.sentence.endswith("Press x to step into it.")
        await pilot.press("full_stop")
        assert app.status.sentence == "Nothing was searched yet: F7 asks what to look for."
