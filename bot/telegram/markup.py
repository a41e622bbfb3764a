"""From a reply to Telegram's HTML; the only place that escapes."""

import html
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from handlers import Fact, Reply

LABEL_WIDTH = 14
LINE_WIDTH = 34
VALUE_WIDTH = LINE_WIDTH - LABEL_WIDTH
CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096
POPUP_LIMIT = 200
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Written:
    """A text as HTML, and how many characters a reader sees."""

    html: str
    length: int


def first_line(reply: Reply) -> Written:
    """The answer in one line: all that a notification shows."""
    title, answer = _escaped(reply.title), _with_code(reply.answer)
    if not reply.title:
        return answer
    bold = Written(f"<b>{title.html}</b>", title.length)
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
        lines = _escaped("\n".join(reply.provenance))
        paragraphs.append(Written(f"<i>{lines.html}</i>", lines.length))
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
    return text if len(text) <= POPUP_LIMIT else f"{text[: POPUP_LIMIT - 1]}…"


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
    text = "\n\n".join("\n".join(table_lines(group)) for group in groups if group)
    escaped = _escaped(text)
    return Written(f"<pre>{escaped.html}</pre>", escaped.length)


def _escaped(text: str) -> Written:
    return Written(html.escape(text, quote=False), len(text))


def _with_code(text: str) -> Written:
    """What stands between backticks is something to type: a tap copies it."""
    escaped = html.escape(text, quote=False)
    return Written(CODE.sub(r"<code>\1</code>", escaped), len(CODE.sub(r"\1", text)))


def _joined(paragraphs: Sequence[Written], between: str = "\n") -> Written:
    length = sum(p.length for p in paragraphs) + len(between) * (len(paragraphs) - 1)
    return Written(between.join(paragraph.html for paragraph in paragraphs), length)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)


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
    return [_with_code(page) for page in found if page.strip()]


def _pieces(line: str) -> list[str]:
    return [line[at : at + TEXT_LIMIT] for at in range(0, max(1, len(line)), TEXT_LIMIT)]
