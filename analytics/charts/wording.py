"""Texts cut to the room they have: smaller first, then on two lines, only then shortened."""

from analytics.charts.scene import SMALLEST_TEXT, Ruler

Fitted = tuple[str, float]


def fitted(
    text: str,
    ruler: Ruler,
    room: float,
    *,
    size: float,
    smallest: float = SMALLEST_TEXT,
    bold: bool = False,
) -> Fitted:
    """The text and the size at which it takes one line of ``room`` pixels.

    A text that is too long even at ``smallest`` loses its middle, since names differ at their ends.
    """
    size = _fitting_size(text, ruler, room, size, smallest, bold=bold)
    return _shortened(text, ruler, room, size, bold=bold), size


def wrapped(
    text: str,
    ruler: Ruler,
    room: float,
    *,
    size: float,
    smallest: float = SMALLEST_TEXT,
    bold: bool = False,
) -> list[Fitted]:
    """One line, else two at the smallest size, parted at a middle dot if that goes.

    An empty text takes no line.
    """
    if not text.strip():
        return []
    size = _fitting_size(text, ruler, room, size, smallest, bold=bold)
    if ruler.width(text, size=size, bold=bold) <= room:
        return [(text, size)]
    head, tail = _broken(text, ruler, room, size, bold=bold)
    return [(_shortened(part, ruler, room, size, bold=bold), size) for part in (head, tail) if part]


def _fitting_size(
    text: str, ruler: Ruler, room: float, size: float, smallest: float, *, bold: bool
) -> float:
    while size > smallest and ruler.width(text, size=size, bold=bold) > room:
        size -= 2
    return max(size, smallest)


def _broken(text: str, ruler: Ruler, room: float, size: float, *, bold: bool) -> tuple[str, str]:
    words = text.split(" ")
    taken = len(words)
    while taken > 1 and ruler.width(" ".join(words[:taken]), size=size, bold=bold) > room:
        taken -= 1
    for cut in range(taken, 0, -1):
        tail = " ".join(words[cut:])
        if words[cut - 1] == "·" and ruler.width(tail, size=size, bold=bold) <= room:
            return " ".join(words[: cut - 1]), tail
    return " ".join(words[:taken]), " ".join(words[taken:])


def _shortened(text: str, ruler: Ruler, room: float, size: float, *, bold: bool) -> str:
    kept = len(text)
    short = text
    while kept > 1 and ruler.width(short, size=size, bold=bold) > room:
        kept -= 1
        short = f"{text[: -(-kept // 2)]}…{text[len(text) - kept // 2 :]}"
    return short
