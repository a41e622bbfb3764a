"""Finds words in the code that people read although no translator can reach them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from tests.catalogues import PROJECT

TAKEN = MappingProxyType({"Button": 1, "Correction": 1, "Fact": 3, "Reply": 3, "Texts": 4})
"""What is made of words that people read, and how many of its first arguments those are."""
ERROR = re.compile(r"(?!Value|Type|Archive|Assertion)[A-Z]\w+Error")
SHOWN = frozenset(
    {"title", "answer", "text", "notes", "provenance", "label", "value", "below", "hint"}
)
WORD = re.compile(r"(?<![\w/=`:.-])[A-Za-z][a-z]{2,}(?![\w=`:])")
THE_SAME = frozenset({"hedgebot", "Hedgebot", "brief", "full", "once", "every"})
"""The bot's name, and words that are typed as they are in every language."""


def unreachable(file: Path) -> Iterator[str]:
    """Every literal with a word in it among what a value is made of that people read."""
    where = file.relative_to(PROJECT) if file.is_relative_to(PROJECT) else file.name
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            for shown in _shown(node):
                yield from (f"{where}:{node.lineno}: {text}" for text in _literals(shown))


def _shown(call: ast.Call) -> Iterator[ast.expr]:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            first = TAKEN.get(name, 1 if ERROR.fullmatch(name) else 0)
        case _:
            first = 0
    if first:
        yield from call.args[:first]
        yield from (k.value for k in call.keywords if k.arg in SHOWN)


def _literals(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id="tr" | "later" | "counted"), keywords=keywords):
            for keyword in keywords:
                yield from _literals(keyword.value)
        case ast.Constant(value=str(text)):
            yield from _read(text)
        case ast.JoinedStr(values=values):
            yield from _read("".join(_plain(part) for part in values))
            for part in values:
                yield from () if isinstance(part, ast.Constant) else _literals(part)
        case ast.FormattedValue(value=value):
            yield from _literals(value)
        case ast.IfExp(body=body, orelse=other):
            yield from (*_literals(body), *_literals(other))
        case ast.Subscript() | ast.Compare():
            pass
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _literals(child)


def _plain(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def _read(text: str) -> Iterator[str]:
    if not text.startswith("/") and not THE_SAME.issuperset(WORD.findall(text)):
        yield text
