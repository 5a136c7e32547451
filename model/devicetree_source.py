"""Device tree sources, compiled.  Mirrors the language of scripts/dtc (dtc-lexer.l, dtc-parser.y).

The parser of the package ``fdt`` reads line by line: two nodes in one line, ``\\0`` in a string, a second ``/
{ }`` or a label in a cell are taken for something else without a word, and memory then lies where it should
not.  What this one does not know, it refuses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from .devicetree import DeviceTree, DTNode, flatten
from .errors import InputError

Reader = Callable[[str], str]
"""Gives the text of an included file."""

BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
NAME = re.compile(r"[\w,.+*#?-]*[\w.+*#?-](?:@[\w,.+-]+)?")
LABEL = re.compile(r"([A-Za-z_]\w*)\s*:")
REFERENCE = re.compile(r"&(?:([A-Za-z_]\w*)|\{([^}]*)\})")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
CHARACTER = re.compile(r"'([^'\\]|\\[^\n]+?)'")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*")
ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
OPERATORS: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"|": int.__or__},
    {"^": int.__xor__},
    {"&": int.__and__},
    {"<<": int.__lshift__, ">>": int.__rshift__},
    {"+": int.__add__, "-": int.__sub__},
    {"*": int.__mul__, "/": int.__floordiv__, "%": int.__mod__},
)
"""Binary operators, the loosest first."""


def compile_dts(text: str, filename: str = "device tree source", include: Reader | None = None) -> DeviceTree:
    """The device tree a source describes; `include` reads the files it names.  Raises `InputError`."""
    source = _Source(text, filename, include)
    source.read_all()
    source.resolve()
    return DeviceTree(flatten(source.root, tuple(source.memreserve), 0), filename)


class Reference(NamedTuple):
    """A reference to the node with a label or at a path: to its path, or (in a cell) to its phandle."""

    target: str
    in_cell: bool


Part = bytes | Reference


class _Source:
    """A source being read.  Values that refer to nodes are kept in `pending` until all nodes are known."""

    def __init__(self, text: str, filename: str, include: Reader | None) -> None:
        self.text, self.filename, self.include = text, filename, include
        self.at = 0
        self.root = DTNode("", None, 0)
        self.memreserve: list[tuple[int, int]] = []
        self.labels: dict[str, DTNode] = {}
        self.pending: dict[tuple[DTNode, str], list[Part]] = {}

    # ---- words ----

    def fail(self, what: str) -> NoReturn:
        line = self.text.count("\n", 0, self.at) + 1
        raise InputError(f"{self.filename}: line {line}: {what}")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self.skip()
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def skip(self) -> None:
        found = BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def has(self, word: str) -> bool:
        self.skip()
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def want(self, word: str) -> None:
        if not self.has(word):
            rest = self.text[self.at : self.at + 20].split("\n")[0]
            self.fail(f"{word!r} is wanted, not {rest!r}" if rest else f"{word!r} is wanted, the source ends")

    # ---- the tree ----

    def read_all(self) -> None:
        self.skip()
        while self.at < len(self.text):
            self.top_level()
            self.skip()

    def top_level(self) -> None:
        if self.has("/include/"):
            self.read_include()
        elif self.has("/memreserve/"):
            self.memreserve.append((self.number(), self.number()))
            self.want(";")
        elif self.has("/dts-v1/"):
            self.want(";")
        elif self.has("/delete-node/"):
            self.delete_node(self.target())
            self.want(";")
        elif self.has("#"):
            self.fail("this source is for the C preprocessor, run it first")
        elif self.take(LABEL):
            return
        elif self.has("&"):
            self.at -= 1
            self.body(self.target())
        else:
            self.want("/")
            self.body(self.root)

    def read_include(self) -> None:
        name = self.take(STRING)
        if not name or self.include is None:
            self.fail("a file cannot be included here")
        self.text = self.text[: self.at] + "\n" + self.include(name[1]) + self.text[self.at :]

    def target(self) -> DTNode:
        found = self.take(REFERENCE)
        if not found:
            self.fail("a reference to a node is wanted")
        node = self.node_of(found[1] or found[2])
        return node if node else self.fail(f"there is no node {found[0]}")

    def body(self, node: DTNode) -> None:
        self.want("{")
        while not self.has("}"):
            self.item(node)
        self.want(";")

    def item(self, node: DTNode) -> None:
        labels: list[str] = []
        while found := self.take(LABEL):
            labels.append(found[1])
        if self.has("/delete-property/"):
            name = self.name()
            self.pending.pop((node, name), None)
            node.properties.pop(name, None)
            self.want(";")
        elif self.has("/delete-node/"):
            name = self.name()
            for child in [child for child in node.children if child.name == name]:
                self.delete_node(child)
            self.want(";")
        else:
            name = self.name()
            self.skip()
            if self.text.startswith("{", self.at):
                child = self.child(node, name)
                self.labels.update(dict.fromkeys(labels, child))
                self.body(child)
            else:
                self.set_property(node, name, self.value() if self.has("=") else [])
                self.want(";")

    def name(self) -> str:
        found = self.take(NAME)
        return found[0] if found else self.fail("a name is wanted")

    def child(self, node: DTNode, name: str) -> DTNode:
        for child in node.children:
            if child.name == name:
                return child
        child = DTNode(name, node, node.depth + 1)
        node.children.append(child)
        return child

    def delete_node(self, node: DTNode) -> None:
        gone = set(node.walk())
        self.labels = {label: at for label, at in self.labels.items() if at not in gone}
        self.pending = {where: parts for where, parts in self.pending.items() if where[0] not in gone}
        if node.parent:
            node.parent.children.remove(node)

    # ---- values ----

    def set_property(self, node: DTNode, name: str, parts: list[Part]) -> None:
        self.pending.pop((node, name), None)
        known = [part for part in parts if isinstance(part, bytes)]
        if len(known) < len(parts):
            self.pending[node, name] = parts
        node.properties[name] = b"".join(known)

    def value(self) -> list[Part]:
        parts: list[Part] = []
        while True:
            while self.take(LABEL):
                pass
            if found := self.take(STRING):
                parts.append(_unescape(found[1]) + b"\0")
            elif found := self.take(REFERENCE):
                parts.append(Reference(found[1] or found[2], in_cell=False))
            elif self.has("["):
                parts.append(self.octets())
            else:
                parts += self.cells(self.number() if self.has("/bits/") else 32)
            if not self.has(","):
                return parts

    def octets(self) -> bytes:
        end = self.text.find("]", self.at)
        digits = self.text[self.at : end]
        try:
            value = bytes.fromhex(digits)
        except ValueError:
            self.fail("pairs of hexadecimal digits are wanted in [ ]")
        self.at = end + 1
        return value

    def cells(self, bits: int) -> list[Part]:
        self.want("<")
        if bits not in (8, 16, 32, 64):
            self.fail("a cell has 8, 16, 32 or 64 bits")
        parts: list[Part] = []
        while not self.has(">"):
            if found := self.take(REFERENCE):
                parts.append(Reference(found[1] or found[2], in_cell=True))
            else:
                number = self.number()
                if not -(1 << (bits - 1)) <= number < 1 << bits:
                    self.fail(f"{number:#x} does not fit into {bits} bits")
                parts.append((number & ((1 << bits) - 1)).to_bytes(bits // 8, "big"))
        return parts

    def number(self) -> int:
        if self.has("("):
            result = self.expression()
            self.want(")")
            return result
        if found := self.take(CHARACTER):
            return _unescape(found[1])[0]
        if found := self.take(NUMBER):
            digits = found[1]
            octal = len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX"
            return int(digits, 8 if octal else 0)
        return self.fail("a number is wanted")

    def expression(self, looseness: int = 0) -> int:
        if looseness == len(OPERATORS):
            if self.has("-"):
                return -self.expression(looseness)
            if self.has("~"):
                return ~self.expression(looseness)
            return self.number()
        left = self.expression(looseness + 1)
        while sign := next((sign for sign in OPERATORS[looseness] if self.has(sign)), None):
            right = self.expression(looseness + 1)
            if (sign in "/%" and not right) or (sign in ("<<", ">>") and not 0 <= right < 64):
                self.fail(f"{left} {sign} {right} has no value")
            left = OPERATORS[looseness][sign](left, right)
        return left

    # ---- references ----

    def node_of(self, reference: str) -> DTNode | None:
        if not reference.startswith("/"):
            return self.labels.get(reference)
        return next((node for node in self.root.walk() if node.path == reference), None)

    def resolve(self) -> None:
        """Fill in paths and phandles, and give a phandle to every node that is referred to and has none."""
        used = {node.phandle for node in self.root.walk()}
        fresh = (number for number in itertools.count(1) if number not in used)
        for (node, name), parts in self.pending.items():
            value = b""
            for part in parts:
                if isinstance(part, bytes):
                    value += part
                    continue
                target = self.node_of(part.target)
                if target is None:
                    where = f"{self.filename}: {node.path}: {name}"
                    raise InputError(f"{where} refers to a node &{part.target} that is missing")
                if not part.in_cell:
                    value += target.path.encode() + b"\0"
                    continue
                if not target.phandle:
                    target.properties["phandle"] = next(fresh).to_bytes(4, "big")
                value += target.phandle.to_bytes(4, "big")
            node.properties[name] = value


def _unescape(text: str) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        code = found[1]
        if code[:1] == b"x" and len(code) > 1:
            return bytes([int(code[1:], 16)])
        if code[:1].isdigit():
            return bytes([int(code, 8) & 255])
        return ESCAPES.get(code, code)

    return ESCAPE.sub(one, text.encode())
