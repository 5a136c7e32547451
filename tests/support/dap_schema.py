"""The Debug Adapter Protocol's own JSON schema, as the package debugpy brings it (MIT licence, as the
protocol's): every message of a conversation is held against it."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator


@cache
def protocol() -> dict[str, Any]:
    """The schema."""
    found = find_spec("debugpy")
    assert found is not None and found.origin is not None
    folder = Path(found.origin).parent / "_vendored/pydevd/_pydevd_bundle/_debug_adapter"
    return json.loads((folder / "debugProtocol.json").read_text())


@cache
def _validator(definition: str) -> Draft4Validator:
    return Draft4Validator({"$ref": f"#/definitions/{definition}", "definitions": protocol()["definitions"]})


def definition_of(message: dict[str, Any]) -> str:
    """The definition that a message is to follow: that of its command or event, if the protocol has it."""
    kind = str(message["type"]).capitalize()
    name = message["event"] if kind == "Event" else message["command"]
    own = f"{name[:1].upper()}{name[1:]}{kind}"
    if kind == "Response" and not message["success"]:
        return "ErrorResponse"
    return own if own in protocol()["definitions"] else kind


def complaints(message: dict[str, Any]) -> list[str]:
    """What is wrong with a message."""
    errors = _validator(definition_of(message)).iter_errors(message)
    return [f"{message}: {error.json_path}: {error.message}" for error in errors]
