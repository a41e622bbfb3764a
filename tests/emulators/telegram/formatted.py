"""Telegram's HTML: text and entities out of marked-up source, or the server's complaint."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.emulators.telegram.refusals import RefusalError, bad_request, unmodelled

MAX_SOURCE_BYTES = 1 << 15
MAX_ENTITIES = 100

_KINDS = MappingProxyType(
    {
        "a": "text_link",
        "b": "bold",
        "strong": "bold",
        "i": "italic",
        "em": "italic",
        "s": "strikethrough",
        "strike": "strikethrough",
        "del": "strikethrough",
        "u": "underline",
        "ins": "underline",
        "tg-spoiler": "spoiler",
        "span": "spoiler",
        "pre": "pre",
        "code": "code",
        "blockquote": "blockquote",
        "tg-emoji": "custom_emoji",
    }
)
_NAMED = MappingProxyType({"lt": "<", "gt": ">", "amp": "&", "quot": '"'})
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)(?![A-Za-z])|#[xX]([0-9a-fA-F]+)|#([0-9]+));?")
_COMMAND = re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?(?![\w/])")
_MENTION = re.compile(r"(?<![\w/])@\w{3,32}\b")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Text as a reader sees it; entity offsets count UTF-16 units."""

    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()


def formatted(source: str, parse_mode: str | None = None) -> Formatted:
    """Read what a bot sends."""
    if len(_utf8(source)) > MAX_SOURCE_BYTES:
        raise bad_request("message is too long")
    mode = (parse_mode or "").lower()
    if mode == "html":
        return parse_html(source)
    if mode in {"markdown", "markdownv2"}:
        raise unmodelled(f"parse_mode {parse_mode}")
    if mode:
        raise bad_request("unsupported parse_mode")
    return Formatted(source.rstrip())


def typed(text: str) -> Formatted:
    """Read what a person types: commands and mentions become entities."""
    found = [
        _entity(kind, text, match.start(), match.end())
        for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
        for match in pattern.finditer(text)
    ]
    return Formatted(text, tuple(sorted(found, key=lambda entity: entity["offset"])))


def parse_html(source: str) -> Formatted:
    """Parse strictly; `RefusalError` says what the server would say."""
    return _Reader(source).read()


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[dict[str, Any]] = []

    def read(self) -> Formatted:
        while self._at < len(self._source):
            if self._peek() == "<":
                self._tag()
            else:
                self._append(self._character())
        if self._open:
            tag = self._open[-1].tag
            raise _unparsed(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return _trimmed("".join(self._text), self._entities)

    def _tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._peek() == "/":
            self._at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        tag = self._run(r"[^\s>]*").lower()
        if not self._peek():
            raise self._error("Unclosed start tag", begin)
        if tag == "tg-time":
            raise unmodelled("<tg-time>")
        if tag not in _KINDS:
            raise self._error(f'Unsupported start tag "{tag}"', begin)
        attributes = self._attributes(tag, begin)
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag, attributes, self._length))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._run(r"\s*")
            if not self._peek():
                raise self._error("Unclosed start tag", begin)
            if self._peek() == ">":
                return found
            name = self._run(r"[^\s=>]*").lower()
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            self._run(r"\s*")
            found[name] = self._value(begin) if self._peek() == "=" else ""

    def _value(self, begin: int) -> str:
        self._at += 1
        self._run(r"\s*")
        quote = self._peek()
        if quote not in {'"', "'"} or not quote:
            return self._bare_value(begin)
        self._at += 1
        value = []
        while self._peek() not in {quote, ""}:
            value.append(self._character())
        if not self._peek():
            raise self._error("Unclosed start tag", begin)
        self._at += 1
        return "".join(value)

    def _bare_value(self, begin: int) -> str:
        token = self._at
        value = self._run(r"[A-Za-z0-9.\-]*").lower()
        if not self._peek():
            raise self._error("Unclosed start tag", begin)
        if not self._peek().isspace() and self._peek() != ">":
            raise self._error("Unexpected end of name token", token)
        return value

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        found = self._run(r"[^\s>]*").lower()
        self._run(r"\s*")
        if self._peek() != ">":
            raise self._error("Unclosed end tag", begin)
        opened = self._open.pop()
        if found and found != opened.tag:
            where = f"Unmatched end tag at byte offset {self._byte(begin)}"
            raise _unparsed(f'{where}, expected "</{opened.tag}>", found "</{found}>"')
        self._at += 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self._length - opened.offset
        if not length:
            return
        entity = {"type": _KINDS[opened.tag], "offset": opened.offset, "length": length}
        words = "".join(self._text).encode("utf-16-le", "surrogatepass")
        inner = words[opened.offset * 2 :].decode("utf-16-le", "surrogatepass")
        detail = _detail(opened, inner, self._open)
        if detail is not None:
            self._entities.append(entity | detail)

    def _character(self) -> str:
        if match := _REFERENCE.match(self._source, self._at):
            code = int(match[2], 16) if match[2] else int(match[3] or 0)
            if match[1] or 0 < code < 0x10FFFF:
                self._at = match.end()
                return _NAMED[match[1]] if match[1] else chr(code)
        self._at += 1
        return self._source[self._at - 1]

    def _append(self, character: str) -> None:
        self._text.append(character)
        self._length += 1 + (ord(character) > 0xFFFF)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _run(self, pattern: str) -> str:
        match = re.compile(pattern).match(self._source, self._at)
        assert match
        self._at = match.end()
        return match[0]

    def _byte(self, position: int) -> int:
        return len(_utf8(self._source[:position]))

    def _error(self, text: str, position: int) -> RefusalError:
        return _unparsed(f"{text} at byte offset {self._byte(position)}")


def _detail(opened: _Open, inner: str, around: list[_Open]) -> dict[str, Any] | None:
    """What an entity says beyond its place; None when there is no entity at all."""
    language = opened.attributes.get("class", "")
    if opened.tag == "a":
        url = opened.attributes.get("href") or inner
        return {"url": url} if re.match(r"(https?|tg|mailto|tel):|[\w-]+\.\w", url) else None
    if opened.tag == "code" and around and around[-1].tag == "pre":
        if language.startswith("language-"):
            around[-1].attributes["language"] = language.removeprefix("language-")
        return None
    if opened.tag == "pre" and "language" in opened.attributes:
        return {"language": opened.attributes["language"]}
    if opened.tag == "blockquote" and "expandable" in opened.attributes:
        return {"type": "expandable_blockquote"}
    if opened.tag == "tg-emoji":
        return {"custom_emoji_id": opened.attributes.get("emoji-id", "")}
    return {}


def _trimmed(text: str, entities: list[dict[str, Any]]) -> Formatted:
    kept = text.rstrip()
    end = utf16_length(kept)
    clipped = [
        entity | {"length": min(entity["length"], end - entity["offset"])}
        for entity in entities
        if entity["offset"] < end
    ]
    ordered = sorted(clipped, key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(kept, tuple(ordered[:MAX_ENTITIES]))


def _entity(kind: str, text: str, start: int, end: int) -> dict[str, Any]:
    return {
        "type": kind,
        "offset": utf16_length(text[:start]),
        "length": utf16_length(text[start:end]),
    }


def _unparsed(text: str) -> RefusalError:
    return bad_request(f"can't parse entities: {text}")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
