"""A chat as a page: bubbles, the picture above its caption, the keyboard below."""

import base64
import html
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.emulators.telegram.chats import Message
from tests.gallery.studio import ThemeName

STYLE = Path(__file__).with_name("bubbles.css")
TAGS = MappingProxyType(
    {"bold": "b", "italic": "i", "pre": "pre", "code": "code", "blockquote": "blockquote"}
)
UTF16 = "utf-16-le"


def page(messages: Sequence[Message], theme: ThemeName) -> str:
    """The whole page; nothing in it is loaded from elsewhere."""
    shown = "\n".join(bubble(message) for message in messages)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<style>{STYLE.read_text()}</style></head>"
        f'<body class="{theme}"><main>\n{shown}\n</main></body></html>'
    )


def bubble(message: Message) -> str:
    """One message, on the side of whoever wrote it."""
    side = "bot" if message.from_bot else "person"
    photo = message.photo
    picture = f'<img src="{_inlined(photo)}" alt="">' if photo else ""
    words = f'<div class="words">{marked_up(message.words, message.entities)}</div>'
    clock = datetime.fromtimestamp(message.date, UTC).strftime("%H:%M")
    keys = "".join(
        '<div class="row">'
        + "".join(f"<span>{html.escape(label)}</span>" for label in row)
        + "</div>"
        for row in message.labels
    )
    keyboard = f'<div class="keyboard">{keys}</div>' if keys else ""
    return (
        f'<section class="{side}{" photo" if photo else ""}"><div class="bubble">{picture}{words}'
        f"<time>{clock}</time></div>{keyboard}</section>"
    )


def marked_up(text: str, entities: Sequence[dict[str, Any]]) -> str:
    """The text as HTML again, from what the server made of it: offsets count UTF-16 units."""
    units = text.encode(UTF16)
    spans = [
        (e["offset"], e["offset"] + e["length"], TAGS[e["type"]])
        for e in entities
        if e["type"] in TAGS
    ]
    edges = sorted({0, len(units) // 2, *(edge for span in spans for edge in span[:2])})
    pieces = []
    for start, stop in pairwise((*edges, edges[-1])):
        pieces += [f"</{tag}>" for _, end, tag in reversed(spans) if end == start]
        pieces += [f"<{tag}>" for begin, _, tag in spans if begin == start]
        pieces.append(html.escape(units[2 * start : 2 * stop].decode(UTF16), quote=False))
    return "".join(pieces)


def _inlined(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
