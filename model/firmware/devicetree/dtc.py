"""Device tree sources, compiled.  Mirrors the language of scripts/dtc (dtc-parser.y, livetree.c).

The parser of the package ``fdt`` reads line by line: two nodes in one line, ``\\0`` in a string, a second ``/
{ }`` or a label in a cell are taken for something else without a word, and memory then lies where it should
not.  What this one does not know, it refuses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from ...base.errors import InputError
from ...language.words import tr
from .dtc_numbers import number
from .dtc_words import STRING, U64, Reader, Words, unescaped
from .overlay_source import UNRESOLVED, Fixup, add_fixups, add_symbols
from .tree import LONGEST_NAME, MAX_DEPTH, DeviceTree, DTNode, flatten

NAME = re.compile(r"[\w,.+*#?-]*[\w.+*#?-](?:@[\w,.+-]+)?", re.ASCII)
LABEL = re.compile(r"([A-Za-z_]\w*)\s*:", re.ASCII)
REFERENCE = re.compile(r"&(?:([A-Za-z_]\w*)|\{([^}]*)\})", re.ASCII)


def compile_dts(
    text: str, filename: str = "device tree source", include: Reader | None = None, symbols: bool = False
) -> DeviceTree:
    """The device tree a source describes; `include` reads the files it names.  With `symbols`, and if it is
    an overlay, it also has its labels, as with ``dtc -@``.  Raises `InputError`."""
    source = _Source(Words(text, filename, include), filename)
    source.read_all()
    source.resolve(symbols or source.is_plugin)
    return DeviceTree(flatten(source.root, tuple(source.memreserve), 0), filename)


class NodeReference(NamedTuple):
    """A reference to the node with a label or at a path: to its path, or (in a cell) to its phandle."""

    target: str
    in_cell: bool


Part = bytes | NodeReference


class _Source:
    """A source being read.  Values that refer to nodes are kept in `pending` until all nodes are known,
    nodes that are deleted in `gone`, the order of properties in `names`, nodes that nobody may need in
    `omissible`; `fixups` are the phandles of an overlay (`is_plugin`)."""

    def __init__(self, words: Words, filename: str) -> None:
        self.words, self.filename = words, filename
        self.root = DTNode("", None, 0)
        self.memreserve: list[tuple[int, int]] = []
        self.labels: dict[str, DTNode] = {}
        self.pending: dict[DTNode, dict[str, list[Part]]] = {}
        self.children: dict[tuple[DTNode, str], DTNode] = {}
        self.names: dict[DTNode, dict[str, None]] = {}
        self.gone: set[DTNode] = set()
        self.omissible: set[DTNode] = set()
        self.referred: set[DTNode] = set()
        self.is_plugin = False
        self.fragments = itertools.count()
        self.fixups: list[Fixup] = []

    # ---- the tree ----

    def read_all(self) -> None:
        while not self.words.at_end():
            self.top_level()
        self.drop(self.gone)
        for node in self.root.walk():
            names = self.names.get(node, ())
            node.properties = {name: node.properties[name] for name in names if name in node.properties}

    def drop(self, gone: set[DTNode]) -> None:
        for node in self.root.walk():
            node.children = [child for child in node.children if child not in gone]

    def top_level(self) -> None:
        words = self.words
        if words.has("/include/"):
            words.read_include()
        elif words.has("/memreserve/"):
            self.memreserve.append((number(words), number(words)))
            words.want(";")
        elif words.has("/plugin/"):
            self.is_plugin = True
            words.want(";")
        elif words.has("/dts-v1/"):
            if not words.sees("/plugin/"):
                words.want(";")
        elif words.has("/omit-if-no-ref/"):
            self.omissible.add(self.target())
            words.want(";")
        elif words.has("/delete-node/"):
            self.delete_node(self.target())
            words.want(";")
        elif words.has("#"):
            words.fail("this source is for the C preprocessor, run it first")
        else:
            labels = self.labels_here()
            if words.sees("&"):
                node = self.target()
            else:
                words.want("/")
                node = self.root
            self.labels.update(dict.fromkeys(labels, node))
            self.body(node)

    def labels_here(self) -> list[str]:
        found: list[str] = []
        while label := self.words.take(LABEL):
            found.append(label[1])
        return found

    def target(self) -> DTNode:
        found = self.words.take(REFERENCE)
        if not found:
            self.words.fail("expected a reference to a node")
        if self.is_plugin and self.words.sees("{"):
            return self.fragment(found[1], found[2])
        node = self.node_of(found[1] or found[2])
        return node if node else self.words.fail(f"there is no node {found[0]}")

    def fragment(self, label: str | None, path: str) -> DTNode:
        """The content of a new fragment of an overlay, for a node of the board."""
        fragment = self.child(self.root, f"fragment@{next(self.fragments)}")
        if label:
            self.set_property(fragment, "target", [NodeReference(label, in_cell=True)])
        else:
            self.set_property(fragment, "target-path", [path.encode() + b"\0"])
        return self.child(fragment, "__overlay__")

    def body(self, node: DTNode) -> None:
        self.words.want("{")
        while not self.words.has("}"):
            self.item(node)
        self.words.want(";")

    def item(self, node: DTNode) -> None:
        words = self.words
        labels = self.labels_here()
        if words.has("/include/"):
            words.read_include()
        elif words.has("/delete-property/"):
            name = self.name()
            self.pending.get(node, {}).pop(name, None)
            node.properties.pop(name, None)
            words.want(";")
        elif words.has("/delete-node/"):
            child = self.children.get((node, self.name()))
            if child and child not in self.gone:
                self.delete_node(child)
            words.want(";")
        else:
            is_omissible = words.has("/omit-if-no-ref/")
            labels += self.labels_here()
            name = self.name()
            if words.sees("{"):
                child = self.child(node, name)
                if is_omissible:
                    self.omissible.add(child)
                self.labels.update(dict.fromkeys(labels, child))
                self.body(child)
            else:
                self.set_property(node, name, self.value() if words.has("=") else [])
                words.want(";")

    def name(self) -> str:
        found = self.words.take(NAME)
        if not found:
            self.words.fail("expected a name")
        if len(found[0]) > LONGEST_NAME:
            self.words.fail(f"expected a name of at most {LONGEST_NAME} characters")
        return found[0]

    def child(self, node: DTNode, name: str) -> DTNode:
        found = self.children.get((node, name))
        if found and found not in self.gone:
            return found
        if node.depth + 1 == MAX_DEPTH:
            self.words.fail(f"nodes are nested more than {MAX_DEPTH} deep, the kernel reads no deeper")
        child = self.children[node, name] = DTNode(name, node, node.depth + 1)
        if found:
            self.replace(found, child, node.children)
        else:
            node.children.append(child)
        return child

    def replace(self, gone: DTNode, node: DTNode, siblings: list[DTNode]) -> None:
        """Put a node where one of its name was deleted: dtc keeps the places of what is deleted, of its
        properties and nodes, too."""
        siblings[siblings.index(gone)] = node
        node.children = list(gone.children)
        self.gone.update(node.children)
        self.children.update({(node, child.name): child for child in node.children})
        self.names[node] = dict(self.names.get(gone, {}))

    def delete_node(self, node: DTNode) -> None:
        if node.parent is None:
            self.words.fail("the root cannot be deleted")
        self.gone.add(node)

    def is_gone(self, node: DTNode | None) -> bool:
        """Whether a node, or one above it, was deleted."""
        while node is not None and node not in self.gone:
            node = node.parent
        return node is not None

    # ---- values ----

    def set_property(self, node: DTNode, name: str, parts: list[Part]) -> None:
        self.pending.get(node, {}).pop(name, None)
        self.names.setdefault(node, {})[name] = None
        known = [part for part in parts if isinstance(part, bytes)]
        if len(known) < len(parts):
            self.pending.setdefault(node, {})[name] = parts
        node.properties[name] = b"".join(known)

    def value(self) -> list[Part]:
        words = self.words
        parts: list[Part] = []
        while True:
            self.labels_here()
            if found := words.take(STRING):
                parts.append(unescaped(found[1]) + b"\0")
            elif found := words.take(REFERENCE):
                parts.append(NodeReference(found[1] or found[2], in_cell=False))
            elif words.has("["):
                parts.append(self.octets())
            else:
                parts += self.cells(number(words) if words.has("/bits/") else 32)
            if not words.has(","):
                return parts

    def octets(self) -> bytes:
        try:
            return bytes.fromhex(self.words.up_to("]"))
        except ValueError:
            return self.words.fail("expected pairs of hexadecimal digits in [ ]")

    def cells(self, bits: int) -> list[Part]:
        words = self.words
        words.want("<")
        if bits not in (8, 16, 32, 64):
            words.fail("a cell has 8, 16, 32 or 64 bits")
        mask = (1 << bits) - 1
        parts: list[Part] = []
        while not words.has(">"):
            self.labels_here()
            if found := words.take(REFERENCE):
                parts.append(NodeReference(found[1] or found[2], in_cell=True))
            else:
                value = number(words)
                if value > mask and value | mask != U64:  # a negative number has all bits above it set
                    words.fail(f"{value:#x} does not fit into {bits} bits")
                parts.append((value & mask).to_bytes(bits // 8, "big"))
        return parts

    # ---- references ----

    def node_of(self, reference: str) -> DTNode | None:
        node = self.root
        if not reference.startswith("/"):
            found = self.labels.get(reference)
            return None if self.is_gone(found) else found
        for name in filter(None, reference.split("/")):
            found = self.children.get((node, name))
            if found is None or found in self.gone:
                return None
            node = found
        return node

    def resolve(self, symbols: bool) -> None:
        """Fill in paths and phandles, and give a phandle to every node that is referred to and has none; with
        `symbols` to every node with a label."""
        used = {node.phandle for node in self.root.walk()}
        fresh = (number for number in itertools.count(1) if number not in used)
        for node in list(self.root.walk()):
            pending = self.pending.get(node, {})
            for name in [name for name in node.properties if name in pending]:
                value = b""
                for part in pending[name]:
                    value += self.resolved(node, name, len(value), part, fresh)
                node.properties[name] = value
        labels = {label: node for label, node in self.labels.items() if not self.is_gone(node)}
        kept = self.referred | set(labels.values() if symbols else ())
        self.drop(self.omissible - kept)
        if symbols:
            labelled = set(labels.values())
            for node in self.root.walk():
                if node in labelled:
                    phandle_of(node, fresh)
            add_symbols(self.root, labels)
        if self.is_plugin:
            add_fixups(self.root, self.fixups)

    def resolved(self, node: DTNode, name: str, at: int, part: Part, fresh: Iterator[int]) -> bytes:
        """A part of a value, `at` bytes from its beginning."""
        if isinstance(part, bytes):
            return part
        target = self.node_of(part.target)
        if target is None and self.is_plugin and part.in_cell:
            self.fixups.append(Fixup(node, name, at, part.target))
            return UNRESOLVED
        if target is None:
            where = f"{self.filename}: {node.path}: {name}"
            raise InputError(
                tr("{where} refers to a node &{target} that is missing", where=where, target=part.target)
            )
        self.referred.add(target)
        if not part.in_cell:
            return target.path.encode() + b"\0"
        if self.is_plugin:
            self.fixups.append(Fixup(node, name, at, None))
        return phandle_of(target, fresh)


def phandle_of(node: DTNode, fresh: Iterator[int]) -> bytes:
    """A node's phandle; the next fresh number becomes that of a node that has none."""
    if not node.phandle:
        node.properties["phandle"] = next(fresh).to_bytes(4, "big")
    return node.phandle.to_bytes(4, "big")
