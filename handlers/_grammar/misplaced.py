"""Times that would be read as amounts: a length with a minus, a date without ``end=``."""

import re

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import spelled
from handlers._errors import UsageError
from handlers._grammar.cursor import Cursor
from handlers._grammar.durations import duration_of, looks_like_duration
from handlers._grammar.numerals import numeral
from handlers._grammar.options import END, HOLD
from handlers._grammar.words import Piece

_SINCE = frozenset(
    {"since", "seit", "desde", "ytd", "today", "yesterday", "heute", "gestern", "hoy", "ayer"}
)
_FOR = frozenset({"for", "für", "durante", "por"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?Z?", re.IGNORECASE)


def misplaced_time_at(cursor: Cursor) -> Piece | None:
    """Refuse ``-30d`` and ``2026-09-01``, and offer what was meant."""
    length = cursor.word.lstrip("-")
    if cursor.syntax.most_durations and length != cursor.word and looks_like_duration(length):
        raise _meant(
            cursor, length, tr("A window looks back anyway: write {length}.", length=length)
        )
    if cursor.syntax.option(END.key) is not None and _DATE.fullmatch(cursor.word):
        end = f"{END.key}={cursor.word.upper()}"
        raise _meant(cursor, end, tr("A window that ends on that day has {end}.", end=end))
    return None


def hold_or_window_at(cursor: Cursor) -> Piece | None:
    """Ask back about ``for 2 weeks`` where a hedge may be meant to stand for so long."""
    is_led = cursor.word.casefold() in _FOR and cursor.leads_in
    if not is_led or cursor.syntax.option(HOLD.key) is None:
        return None
    length, stop = _length_behind(cursor.moved(1))
    if length is None:
        return None
    said = " ".join(cursor.question.words[cursor.at : stop])
    rights = (f"{HOLD.key}={length}", length)
    raise UsageError(
        tr("`{said}`: how long the hedge stands, or how far to look back?", said=said),
        corrections=tuple(
            Correction(right, cursor.question.replaced(cursor.at, stop, right)) for right in rights
        ),
    )


def _length_behind(cursor: Cursor) -> tuple[str | None, int]:
    """A length right here, and where it ends."""
    for words in (2, 1):
        typed = " ".join(cursor.question.words[cursor.at : cursor.at + words])
        number = numeral(cursor.word)
        typed = typed if number is None else f"{number} {cursor.next_word}"
        length = duration_of(typed) if looks_like_duration(typed) else None
        if length is not None:
            return spelled(length), cursor.at + words
    return None, cursor.at


def since_at(cursor: Cursor) -> Piece | None:
    """Refuse ``since january`` and ``yesterday``: a window is a length that ends now."""
    if cursor.word not in _SINCE or not cursor.syntax.most_durations or not cursor.at:
        return None
    words = cursor.question.words
    kept = [word for word in words[cursor.at :] if "=" in word]
    right = " ".join(("30d", *kept))
    raise UsageError(
        tr(
            "I can't read `{shown}`. A window is a length of time up to now, such as `30d`.",
            shown=cursor.shown,
        ),
        corrections=(Correction("30d", cursor.question.replaced(cursor.at, len(words), right)),),
    )


def _meant(cursor: Cursor, right: str, why: str) -> UsageError:
    whole = cursor.question.replaced(cursor.at, cursor.at + 1, right)
    return UsageError(
        tr("I can't read `{shown}`. {why}", shown=cursor.shown, why=why),
        corrections=(Correction(right, whole),),
    )
