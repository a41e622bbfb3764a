"""From a reply to Telegram's HTML; the only place that escapes."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from handlers import Fact, Reply

LABEL_WIDTH = 14
LINE_WIDTH = 34
CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096
BUTTON_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A text as HTML, and how many characters a reader sees."""

    html: str
    length: int


def first_line(reply: Reply) -> Written:
    """The answer in one line: all that a notification shows."""
    answer = f" {html.escape(reply.answer, quote=False)}" if reply.answer else ""
    plain = f"{reply.title} {reply.answer}" if reply.answer else reply.title
    return Written(f"<b>{html.escape(reply.title, quote=False)}</b>{answer}", len(plain))


def written(reply: Reply) -> Written:
    """The whole reply."""
    paragraphs = [first_line(reply)]
    paragraphs += [_escaped(line) for line in reply.text]
    if reply.facts:
        paragraphs.append(_table(reply.facts))
    if reply.notes:
        paragraphs.append(_escaped("\n".join(f"⚠ {note}" for note in reply.notes)))
    if reply.provenance:
        lines = _escaped("\n".join(reply.provenance))
        paragraphs.append(Written(f"<i>{lines.html}</i>", lines.length))
    return _joined(paragraphs)


def pages(reply: Reply) -> list[Written]:
    """The reply in as few messages as Telegram's limits allow: nothing is ever cut.

    The first page is a caption where the reply has a picture.
    """
    whole = written(reply)
    limit = CAPTION_LIMIT if reply.chart else TEXT_LIMIT
    if whole.length <= limit:
        return [whole]
    if reply.chart:
        return [first_line(reply), *_split(reply)]
    return _split(reply)


def table_lines(facts: Sequence[Fact]) -> list[str]:
    """Label and value in two columns that fit a phone."""
    lines = []
    for fact in facts:
        head = f"{fact.label:<{LABEL_WIDTH}}"
        lines.append(f"{head}{fact.value}" if len(fact.label) < LABEL_WIDTH else fact.label)
        if len(fact.label) >= LABEL_WIDTH:
            lines.append(" " * LABEL_WIDTH + fact.value)
        lines += [" " * LABEL_WIDTH + line for line in fact.below]
    return lines


def plain(text: str) -> str:
    """HTML that was refused, as plain text."""
    without_tags = text
    for tag in ("b", "i", "pre", "code"):
        without_tags = without_tags.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return html.unescape(without_tags)


def _table(groups: Sequence[Sequence[Fact]]) -> Written:
    text = "\n\n".join("\n".join(table_lines(group)) for group in groups if group)
    escaped = _escaped(text)
    return Written(f"<pre>{escaped.html}</pre>", escaped.length)


def _escaped(text: str) -> Written:
    return Written(html.escape(text, quote=False), len(text))


def _joined(paragraphs: Sequence[Written]) -> Written:
    texts = [paragraph.html for paragraph in paragraphs]
    return Written("\n".join(texts), sum(p.length for p in paragraphs) + len(paragraphs) - 1)


def _split(reply: Reply) -> list[Written]:
    """Pages of whole lines; a line that is longer than a page is broken."""
    lines = [f"{reply.title} {reply.answer}".strip(), *reply.text]
    lines += [line for group in reply.facts for line in ("", *table_lines(group))]
    lines += [f"⚠ {note}" for note in reply.notes] + list(reply.provenance)
    found: list[str] = [""]
    for piece in (piece for line in lines for piece in _pieces(line)):
        if len(found[-1]) + len(piece) + 1 > TEXT_LIMIT:
            found.append("")
        found[-1] = f"{found[-1]}\n{piece}" if found[-1] else piece
    return [_escaped(page) for page in found]


def _pieces(line: str) -> list[str]:
    return [line[at : at + TEXT_LIMIT] for at in range(0, max(1, len(line)), TEXT_LIMIT)]
