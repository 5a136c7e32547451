"""From the text of an expression to its tree: a parser that climbs precedences."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from msgspec import Struct

from ...base.units import value_text
from ...language.words import tr
from .c_nodes import AddressOf, ArtificialArray, Cast, Dereference, OffsetOf, SizeOf, SizeOfType
from .c_types import LONGEST_TYPE, TypeWords, read_type
from .lexer import ExpressionError, Token, tokens
from .lookup import Choice, Field, IntervalNode, ItemNode
from .nodes import COMPARISONS, Binary, Call, Compare, Literal, Logic, Name, Node, Scope, Unary, walk
from .values import Typed

LEVELS = (("|",), ("^",), ("&",), ("<<", ">>"), ("@",), ("+", "-"), ("*", "/", "//", "%"))
"""Binary operators, the loosest first."""

WORDS = {"&&": "and", "||": "or", "!": "not"}
CONSTANTS = {"True": True, "False": False, "true": True, "false": False}
SUFFIXES = {
    "u": "unsigned int",
    "l": "long",
    "ul": "unsigned long",
    "ll": "long long",
    "ull": "unsigned long long",
}
"""The types of numbers by their suffixes, the letters sorted behind ``u``."""
ESCAPES = {"n": 10, "t": 9, "r": 13, "0": 0, "\\": 92, "a": 7, "b": 8}


def _suffix(text: str) -> str:
    letters = text[len(text.rstrip("uUlL")) :].lower()
    return ("u" if "u" in letters else "") + "l" * min(letters.count("l"), 2)


def _character(text: str) -> Any:
    """What stands between quotes: a string, or C's number of one character in single ones."""
    inside = text[1:-1]
    if text[0] != "'":
        return inside
    if len(inside) == 1:
        return Typed(ord(inside), "char") if ord(inside) < 256 else inside
    if len(inside) == 2 and inside[0] == "\\" and inside[1] in ESCAPES:
        return Typed(ESCAPES[inside[1]], "char")
    return inside


class Expression(Struct, frozen=True, dict=True):
    """An expression: its text and what it means."""

    text: str
    tree: Node

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Understand `text`.  Raises `ExpressionError`."""
        return cls(text, _Parser(text).parse())

    def evaluate(self, scope: Scope) -> Any:
        """Its value.  Raises `ExpressionError`, `UnknownName` where a name stands for nothing."""
        return self.tree.value(scope)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names in it."""
        return tuple(node for node in walk(self.tree) if isinstance(node, Name))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The calls in it."""
        return tuple(node for node in walk(self.tree) if isinstance(node, Call))

    def explain(self, scope: Scope) -> list[str]:
        """Why it holds: the values of what it mentions, such as ``size 64.0 MiB >= 1M``."""
        return self._explain(self.tree, scope)

    def _explain(self, node: Node, scope: Scope) -> list[str]:
        if isinstance(node, Logic) and node.operation == "and":
            return [words for term in node.terms for words in self._explain(term, scope)]
        if isinstance(node, Logic):
            return self._explain(next(term for term in node.terms if term.value(scope)), scope)
        if isinstance(node, Compare):
            return [self._explain_comparison(node, scope)]
        return [self._source(node)]

    def _explain_comparison(self, node: Compare, scope: Scope) -> str:
        words = [self._with_value(node.first, scope)]
        if isinstance(node.first, Name) and node.rest[0][0] == "==" and len(node.rest) == 1:
            return words[0]
        for operation, part in node.rest:
            words += [operation, self._with_value(part, scope)]
        return " ".join(words)

    def _with_value(self, node: Node, scope: Scope) -> str:
        """The source of a part, with its value where that does not say it."""
        source = self._source(node)
        value = node.value(scope)
        if isinstance(node, Literal | IntervalNode | Choice) or not isinstance(value, int | str):
            return source
        return f"{source} {value_text(source, value)}"

    def _source(self, node: Node) -> str:
        return self.text[node.start : node.end]


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._at = 0

    def parse(self) -> Node:
        tree = self._logic("or")
        if self._token.kind != "end":
            raise self._unexpected()
        return tree

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    @property
    def _word(self) -> str:
        """The operator or word that comes next, in Python's spelling."""
        token = self._token
        return WORDS.get(token.text, token.text) if token.kind in ("operator", "name") else ""

    def _next(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _expect(self, *texts: str) -> Token:
        if self._token.kind == "operator" and self._token.text in texts:
            return self._next()
        raise self._unexpected(tr(", {texts} is missing", texts=tr(" or ").join(texts)))

    def _unexpected(self, missing: str = "") -> ExpressionError:
        token = self._token
        if token.kind == "end":
            return ExpressionError(tr("the expression ends too early{missing}", missing=missing), token.start)
        return ExpressionError(
            tr("unexpected {text!r}{missing}", text=token.text, missing=missing), token.start
        )

    def _logic(self, operation: str) -> Node:
        terms = [self._logic("and") if operation == "or" else self._negation()]
        while self._word == operation:
            self._next()
            terms.append(self._logic("and") if operation == "or" else self._negation())
        return terms[0] if len(terms) == 1 else Logic(terms[0].start, terms[-1].end, operation, tuple(terms))

    def _negation(self) -> Node:
        if self._word != "not":
            return self._comparison()
        start = self._next().start
        operand = self._negation()
        return Unary(start, operand.end, "not", operand)

    def _comparison(self) -> Node:
        first = self._binary(0)
        rest: list[tuple[str, Node]] = []
        while (operation := self._comparison_word()) in COMPARISONS:
            self._at += len(operation.split())
            rest.append((operation, self._set() if operation.endswith("in") else self._binary(0)))
        return Compare(first.start, rest[-1][1].end, first, tuple(rest)) if rest else first

    def _comparison_word(self) -> str:
        if self._word == "not" and self._tokens[self._at + 1].text == "in":
            return "not in"
        return self._word

    def _set(self) -> Node:
        """What may stand after ``in``: an interval, a choice, or anything that has a value."""
        token = self._token
        if token.text == "[" or (token.text == "(" and self._is_interval()):
            self._next()
            low = self._binary(0)
            self._expect(",")
            high = self._binary(0)
            close = self._expect(")", "]")
            return IntervalNode(token.start, close.end, low, high, token.text + close.text)
        if token.text == "{":
            self._next()
            items = self._list("}")
            return Choice(token.start, self._tokens[self._at - 1].end, items)
        return self._binary(0)

    def _is_interval(self) -> bool:
        depth = 0
        for token in self._tokens[self._at :]:
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if token.text == "," and depth == 1:
                return True
            if depth == 0:
                break
        return False

    def _binary(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._token.kind == "operator" and self._token.text in LEVELS[level]:
            operation = self._next().text
            right = self._binary(level + 1)
            if operation == "@":
                left = ArtificialArray(left.start, right.end, left, right)
            else:
                left = Binary(left.start, right.end, operation, left, right)
        return left

    def _unary(self) -> Node:
        token = self._token
        if token.kind == "operator" and token.text in ("-", "+", "~"):
            self._next()
            operand = self._unary()
            return Unary(token.start, operand.end, token.text, operand)
        if token.kind == "operator" and token.text in ("*", "&"):
            self._next()
            operand = self._unary()
            made = Dereference if token.text == "*" else AddressOf
            return made(token.start, operand.end, operand)
        if token.text == "(" and (kind := self._type_at(self._at + 1)) and self._closes(kind.end):
            self._at = kind.end + 1
            operand = self._unary()
            return Cast(token.start, operand.end, kind.words, operand)
        return self._postfix()

    def _type_at(self, at: int) -> TypeWords | None:
        """The name of a C type among the tokens from `at` on."""
        return read_type([token.text for token in self._tokens[at : at + LONGEST_TYPE]], at)

    def _closes(self, at: int) -> bool:
        return self._tokens[at].text == ")"

    def _sizeof(self, start: int) -> Node:
        """What follows ``sizeof``: a type in brackets, or an expression."""
        if self._token.text == "(" and (kind := self._type_at(self._at + 1)) and self._closes(kind.end):
            self._at = kind.end + 1
            return SizeOfType(start, self._tokens[kind.end].end, kind.words)
        operand = self._unary()
        return SizeOf(start, operand.end, operand)

    def _offsetof(self, start: int) -> Node:
        self._expect("(")
        kind = self._type_at(self._at)
        if kind is None:
            raise self._unexpected(
                tr(", offsetof takes a type and a member: offsetof(struct page, _refcount)")
            )
        self._at = kind.end
        self._expect(",")
        members = [self._field_name().text]
        while self._token.text == ".":
            self._next()
            members.append(self._field_name().text)
        return OffsetOf(start, self._expect(")").end, kind.words, tuple(members))

    def _postfix(self) -> Node:
        node = self._primary()
        while self._token.text in (".", "->", "[") and self._token.kind == "operator":
            if self._next().text != "[":
                name = self._field_name()
                node = Field(node.start, name.end, node, name.text)
            else:
                index = self._logic("or")
                node = ItemNode(node.start, self._expect("]").end, node, index)
        return node

    def _field_name(self) -> Token:
        if self._token.kind != "name":
            raise self._unexpected(tr(", the name of a field is missing"))
        return self._next()

    def _primary(self) -> Node:
        token = self._token
        if token.kind == "number":
            number = self._next().number()
            is_long = token.text[-1] in "uUlL"
            return Literal(
                token.start, token.end, Typed(number, SUFFIXES[_suffix(token.text)]) if is_long else number
            )
        if token.kind == "string":
            self._next()
            return Literal(token.start, token.end, _character(token.text))
        if token.kind == "name" and token.text not in ("and", "or", "not", "in"):
            return self._name()
        if token.text == "(" and token.kind == "operator":
            self._next()
            inner = self._logic("or")
            self._expect(")")
            return inner
        raise self._unexpected()

    def _name(self) -> Node:
        token = self._next()
        if token.text == "sizeof":
            return self._sizeof(token.start)
        if token.text == "offsetof":
            return self._offsetof(token.start)
        if token.text in CONSTANTS:
            return Literal(token.start, token.end, CONSTANTS[token.text])
        if self._token.text == "(" and self._token.kind == "operator":
            self._next()
            arguments = self._list(")")
            return Call(token.start, self._tokens[self._at - 1].end, token.text, arguments)
        return Name(token.start, token.end, token.text)

    def _list(self, close: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while self._token.text != close or self._token.kind != "operator":
            if items:
                self._expect(",", close)
            items.append(self._logic("or"))
        self._next()
        return tuple(items)
