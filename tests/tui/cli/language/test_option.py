"""The language of a command line: `--lang` wherever it stands, the locale, and config.toml."""

from __future__ import annotations

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.language import words
from bootstep.tui.cli.language.option import prefer, speak
from bootstep.tui.cli.main import main

CHINESE = {"LANG": "zh_CN.UTF-8"}


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (("--lang", "zh", "log", "virt-1g"), ["log", "virt-1g"]),
        (("log", "--lang=zh", "virt-1g"), ["log", "virt-1g"]),
        (("log", "virt-1g", "--lang", "zh_CN"), ["log", "virt-1g"]),
        (("--lang", "en", "--lang", "zh"), []),
    ],
)
def test_the_option_may_stand_anywhere(given: tuple[str, ...], left: list[str]) -> None:
    assert speak(given, {}) == left
    assert words.language() == "zh"


def test_the_locale_decides_where_nobody_says() -> None:
    assert speak(("log",), CHINESE) == ["log"]
    assert words.language() == "zh"
    assert speak(("log", "--lang", "en"), CHINESE) == ["log"]
    assert words.language() == "en"
    speak(("log",), {})
    assert words.language() == "en"


def test_config_toml_decides_where_the_command_line_does_not() -> None:
    speak(("virt-1g",), {})
    prefer("")
    assert words.language() == "en"
    prefer("zh")
    assert words.language() == "zh"
    speak(("--lang", "en"), CHINESE)
    prefer("zh")
    assert words.language() == "en"


def test_behind_two_dashes_it_is_a_word() -> None:
    assert speak(("print", "--", "--lang", "zh"), {}) == ["print", "--", "--lang", "zh"]
    assert words.language() == "en"


@pytest.mark.parametrize("given", [("--lang", "tlh", "log"), ("log", "--lang"), ("--lang=",)])
def test_a_language_that_is_not_there(given: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == 2
    assert capsys.readouterr().err.endswith("expected one of en, zh\n")
    with pytest.raises(InputError):
        speak(given, {})


def test_the_name_of_the_option_may_be_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("machines", "--lang", "zh")) == 0
    assert words.language() == "zh"
    assert main(("man", "--lan", "zh")) == 0
    assert words.language() == "zh"
    capsys.readouterr()
