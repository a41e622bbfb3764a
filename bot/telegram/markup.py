"""From a reply to Telegram's HTML; the only place that escapes."""

import html
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from handlers import Fact, Reply

LABEL_WIDTH = 14
LINE_WIDTH = 34
VALUE_WIDTH = LINE_WIDTH - LABEL_WIDTH
CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096
POPUP_LIMIT = 200
GLUE = "\u00a0"
CODE = re.compile(r"`([^`\n]+)`")
BASIC = "\uffff"
"""The last character that UTF-16 writes as one unit."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text as HTML, and how long it is for a reader, in ``units``."""

    html: str
    length: int


def units(text: str) -> int:
    """The length of a text as Telegram counts where it counts most: an emoji is two."""
    return len(text) + sum(character > BASIC for character in text)


def first_line(reply: Reply) -> Written:
    """The answer in one line: all that a notification shows."""
    answer = _with_code(reply.answer)
    if not reply.title:
        return answer
    bold = _tagged(reply.title, "b")
    return _joined([bold, answer], " ") if reply.answer else bold


def written(reply: Reply) -> Written:
    """The whole reply."""
    paragraphs = [first_line(reply)]
    paragraphs += [_with_code(line) for line in reply.text]
    if reply.facts:
        paragraphs.append(_table(reply.facts))
    if reply.notes:
        paragraphs.append(_with_code("\n".join(f"⚠ {note}" for note in reply.notes)))
    if reply.provenance:
        paragraphs.append(_tagged("\n".join(reply.provenance), "i"))
    return _joined(paragraphs)


def pages(reply: Reply, *, under_picture: bool | None = None) -> list[Written]:
    """The reply in as few messages as Telegram's limits allow: nothing is ever cut.

    The first page is a caption where the reply has a picture, or had one: ``under_picture``.
    """
    has_picture = bool(reply.chart) if under_picture is None else under_picture
    whole = written(reply)
    limit = CAPTION_LIMIT if has_picture else TEXT_LIMIT
    if whole.length <= limit:
        return [whole]
    if not has_picture:
        return _split(reply)
    caption = first_line(reply)
    below = [whole] if whole.length <= TEXT_LIMIT else _split(reply)
    return [caption if caption.length <= limit else Written("", 0), *below]


def condensed(reply: Reply, limit: int) -> Written:
    """The reply in one message: parts are left out whole, the least needed first, until it fits.

    Warnings and where the numbers come from go last: an invented price stays labelled as one.
    """
    forms = (written(form) for form in _shorter(reply))
    fitting = (form for form in forms if form.length <= limit)
    return next(fitting, _escaped(popup_text(reply)))


def _shorter(reply: Reply) -> Iterator[Reply]:
    yield reply
    bare = replace(reply, text=())
    for n_groups in range(len(reply.facts), -1, -1):
        yield replace(bare, facts=reply.facts[:n_groups])
    yield replace(bare, facts=(), notes=())
    yield replace(bare, facts=(), notes=(), provenance=())


def popup_text(reply: Reply) -> str:
    """The first line for a popup, which shows no markup; longer ones say that they go on."""
    text = CODE.sub(r"\1", f"{reply.title} {reply.answer}".strip())
    return text if units(text) <= POPUP_LIMIT else f"{text[: _fitting(text, POPUP_LIMIT - 1)]}…"


def table_lines(facts: Sequence[Fact]) -> list[str]:
    """Label and value in two columns that fit a phone."""
    lines = []
    for fact in facts:
        value, *others = _wrapped(fact.value, VALUE_WIDTH) or [""]
        below = [*others, *(part for line in fact.below for part in _wrapped(line, VALUE_WIDTH))]
        if len(fact.label) < LABEL_WIDTH:
            lines.append(f"{fact.label:<{LABEL_WIDTH}}{value}")
        else:
            lines += _wrapped(fact.label, LINE_WIDTH)
            below = [value, *below] if value else below
        lines += [" " * LABEL_WIDTH + line for line in below]
    return [line.rstrip() for line in lines]


def plain(text: str) -> str:
    """HTML that was refused, as plain text."""
    without_tags = text
    for tag in ("b", "i", "pre", "code"):
        without_tags = without_tags.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return html.unescape(without_tags)


def _table(groups: Sequence[Sequence[Fact]]) -> Written:
    return _tagged("\n\n".join("\n".join(table_lines(group)) for group in groups if group), "pre")


def _escaped(text: str) -> Written:
    return Written(html.escape(text, quote=False), units(text))


def _with_code(text: str) -> Written:
    """What stands between backticks is something to type: a tap copies it."""
    escaped = html.escape(text, quote=False)
    return Written(CODE.sub(r"<code>\1</code>", escaped), units(CODE.sub(r"\1", text)))


def _joined(paragraphs: Sequence[Written], between: str = "\n") -> Written:
    length = sum(p.length for p in paragraphs) + len(between) * (len(paragraphs) - 1)
    return Written(between.join(paragraph.html for paragraph in paragraphs), length)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a column; a number keeps its percent sign."""
    whole = text.replace(" %", f"{GLUE}%")
    return [line.replace(GLUE, " ") for line in textwrap.wrap(whole, width, break_on_hyphens=False)]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a long reply, and the tag around it and its like; plain words have none."""

    text: str
    tag: str = ""


def _split(reply: Reply) -> list[Written]:
    """Pages of whole lines, each as it looks in one message; one longer than a page is broken."""
    found: list[list[_Line]] = [[]]
    room = TEXT_LIMIT
    for line in _lines(reply):
        for piece in _pieces(line.text):
            if units(piece) > room:
                found.append([])
                room = TEXT_LIMIT
            if found[-1] or piece.strip():
                found[-1].append(replace(line, text=piece))
                room -= units(piece) + 1
    return [_page(lines) for lines in found if lines]


def _lines(reply: Reply) -> Iterator[_Line]:
    if reply.title:
        yield _Line(reply.title, "b")
    for paragraph in ([reply.answer] if reply.answer else []) + [*reply.text]:
        yield from map(_Line, paragraph.split("\n"))
    for number, group in enumerate(filter(None, reply.facts)):
        between = [""] * (number > 0)
        yield from (_Line(text, "pre") for text in (*between, *table_lines(group)))
    yield from (_Line(f"⚠ {note}") for note in reply.notes)
    yield from (_Line(text, "i") for text in reply.provenance)


def _page(lines: Sequence[_Line]) -> Written:
    return _joined(
        [
            _tagged("\n".join(line.text for line in alike), tag)
            for tag, alike in groupby(lines, key=lambda line: line.tag)
        ]
    )


def _tagged(text: str, tag: str) -> Written:
    if not tag:
        return _with_code(text)
    escaped = _escaped(text)
    return Written(f"<{tag}>{escaped.html}</{tag}>", escaped.length)


def _pieces(text: str) -> Iterator[str]:
    """The text in parts that fit a page, parted at a space where there is one."""
    while units(text) > TEXT_LIMIT:
        end = _fitting(text, TEXT_LIMIT)
        space = text.rfind(" ", end // 2, end)
        end = end if space < 0 else space
        yield text[:end]
        text = text[end:].removeprefix(" ")
    yield text


def _fitting(text: str, limit: int) -> int:
    """How many characters of a text fit into so many units."""
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= 1
    return end
