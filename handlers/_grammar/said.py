"""Options: ``key=value``, the bare words that can only be one, and what other tools would write."""

import re
from collections.abc import Hashable

from rapidfuzz import fuzz, process

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.language.lists import one_of
from analytics.market.windows import BadWindowError
from handlers._errors import UnknownOptionError, UsageError
from handlers._grammar.cursor import Cursor
from handlers._grammar.dates import dates_of
from handlers._grammar.durations import duration_of, is_unit
from handlers._grammar.listing import listed, shortened
from handlers._grammar.options import Option
from handlers._grammar.symbols import LENGTH_NAMES
from handlers._grammar.words import Piece, Said

_OPTION = re.compile(r"([A-Za-z_]+)=(.*)", re.DOTALL)
_CLOSE = 60
LEAST_OF_A_KEY = 3
"""Letters of a key behind which a number belongs to it, and not to the market that follows."""


def option_at(cursor: Cursor) -> Piece | None:
    """An option with its typed value."""
    match = _OPTION.fullmatch(cursor.word)
    if match is None:
        _refuse_colon(cursor)
        return None
    key, text = match[1].casefold(), match[2]
    option = cursor.syntax.option(key)
    if option is None:
        raise _unknown_option(cursor, key, text)
    value = _value(option, text)
    if value is None:
        raise _blank_inside(cursor, option, text) or _unreadable_value(cursor, option)
    return cursor.piece(Said(option.key, value))


def _value(option: Option[Hashable], text: str) -> Hashable | None:
    try:
        return option.read(text) if text else None
    except BadWindowError:  # its corrections are windows, not values of this option
        return None


def _makes_sense(option: Option[Hashable], text: str) -> bool:
    try:
        return option.read(text) is not None
    except RequestError:
        return False


def _blank_inside(cursor: Cursor, option: Option[Hashable], text: str) -> UsageError | None:
    """What to say to ``coll=0.5 BTC``, whose last word would otherwise be a market of its own."""
    joined = f"{text}{cursor.next_word}"
    if not cursor.next_word or not _makes_sense(option, joined):
        return None
    right = f"{option.key}={joined}"
    return UsageError(
        tr(
            "I can't read `{shown}`. Did you mean {shortened}, without a blank?",
            shown=cursor.shown,
            shortened=shortened(right),
        ),
        corrections=(
            Correction(shortened(right), cursor.question.replaced(cursor.at, cursor.at + 2, right)),
        ),
    )


def option_apart_at(cursor: Cursor) -> Piece | None:
    """An option without its sign, ``lev 3`` or ``coll 0.5 BTC``; in capitals it may be a coin."""
    option, counted = cursor.syntax.option(cursor.word), cursor.moved(1)
    if len(cursor.word) < LEAST_OF_A_KEY and counted.next_is_market:
        return None
    if option is None or not re.match(r"[-$]?\d", counted.word) or is_unit(counted.next_word):
        return None
    for words in (1, 2):
        typed = "".join(cursor.question.words[counted.at : counted.at + words])
        if _makes_sense(option, typed):
            return cursor.piece(Said(option.key, option.read(typed)), words=words + 1)
    return None


def bare_option_at(cursor: Cursor) -> Piece | None:
    """A word that can only be the value of one option: a venue, a method, ``5x``."""
    for option in cursor.syntax.options:
        if option.bare(cursor.word):
            value = option.read(cursor.word)
            if value is not None:
                return cursor.piece(Said(option.key, value))
    return None


def dashed_at(cursor: Cursor) -> Piece | None:
    """Refuse ``--window 30d``, and a short position without an amount."""
    match = re.fullmatch(r"(-+)([^\W\d_].*)", cursor.word)
    if match is None:
        return None
    dashes, name = match.groups()
    if len(dashes) == 1 and not _sounds_like_option(cursor, name):
        raise _short_without_amount(cursor, name)
    raise _no_dashes(cursor, name.casefold())


def _is_venue(option: Option[Hashable], text: str) -> bool:
    """Whether ``bar:ETH`` is no option: what stands behind the colon is a market instead."""
    return not _makes_sense(option, text) and text[:1].isalpha()


def _refuse_colon(cursor: Cursor) -> None:
    key, colon, text = cursor.word.partition(":")
    option = cursor.syntax.option(key.casefold()) if colon else None
    if option is None or not text or _is_venue(option, text):
        return
    right = f"{option.key}={text}"
    raise UsageError(
        tr(
            "I can't read `{shown}`. Write {shortened}.",
            shown=cursor.shown,
            shortened=shortened(right),
        ),
        corrections=(
            Correction(shortened(right), cursor.question.replaced(cursor.at, cursor.at + 1, right)),
        ),
    )


def _sounds_like_option(cursor: Cursor, name: str) -> bool:
    key = name.casefold().partition("=")[0]
    known = cursor.syntax.option(key) is not None or key in cursor.syntax.switches
    return known or key in LENGTH_NAMES


def _no_dashes(cursor: Cursor, name: str) -> UsageError:
    name, _, attached = name.partition("=")
    value = attached or cursor.next_word
    stop = cursor.at + (1 if attached or not cursor.next_word else 2)
    if name in cursor.syntax.switches:
        right, stop = name, cursor.at + 1
    elif cursor.syntax.option(name) is not None:
        right = f"{name}={value}"
    elif duration_of(value) is not None:
        right = value
    else:
        return UsageError(
            tr(
                "I don't know `{shown}`. Options are written {known}, without dashes.",
                shown=cursor.shown,
                known=_known(cursor),
            ),
            corrections=(_without(cursor),),
        )
    typed = shortened(" ".join(cursor.question.words[cursor.at : stop]))
    return UsageError(
        tr(
            "No dashes needed: instead of `{typed}` just write {shortened}.",
            typed=typed,
            shortened=shortened(right),
        ),
        corrections=(
            Correction(shortened(right), cursor.question.replaced(cursor.at, stop, right)),
        ),
    )


def _short_without_amount(cursor: Cursor, name: str) -> UsageError:
    shown = shortened(name.upper())
    if not cursor.syntax.amounts:
        right = cursor.question.replaced(cursor.at, cursor.at + 1, name)
        return UsageError(
            tr(
                "I can't read `{shown}`. Write {shown_2} without the dash.",
                shown=cursor.shown,
                shown_2=shown,
            ),
            corrections=(Correction(shown, right),),
        )
    right = cursor.question.replaced(cursor.at, cursor.at + 1, f"-1 {name}")
    return UsageError(
        tr("How many {shown}? A short position is written -1 {shown}.", shown=shown),
        corrections=(Correction(f"-1 {shown}", right),),
    )


def _unknown_option(cursor: Cursor, key: str, text: str) -> UnknownOptionError:
    close = process.extractOne(key, _keys(cursor), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    about_length = key in LENGTH_NAMES or (close is not None and close[0] in LENGTH_NAMES)
    start = tr("I don't know `{shown}`.", shown=cursor.shown)
    takes_length = cursor.syntax.most_durations > 0
    is_length = re.fullmatch(r"\d{1,6}[A-Za-z]{1,6}", text) is not None
    if takes_length and is_length and (about_length or close is None):
        return _corrected(cursor, tr("{start} Just write {value}.", start=start, value=text), text)
    if close is not None and not about_length:
        right = f"{close[0]}={text}"
        return _corrected(
            cursor,
            tr("{start} Did you mean {shortened}?", start=start, shortened=shortened(right)),
            right,
        )
    if cursor.syntax.options:
        start = tr("{start} I know {known}.", start=start, known=_known(cursor))
    return UnknownOptionError(start, corrections=(_without(cursor),))


def _corrected(cursor: Cursor, sentence: str, right: str) -> UnknownOptionError:
    whole = cursor.question.replaced(cursor.at, cursor.at + 1, right)
    return UnknownOptionError(sentence, corrections=(Correction(shortened(right), whole),))


def _unreadable_value(cursor: Cursor, option: Option[Hashable]) -> UsageError:
    typed = cursor.word.partition("=")[2]
    meant = [date for date in dates_of(typed) if _makes_sense(option, date)]
    rights = [f"{option.key}={example}" for example in meant or option.examples[:3]]
    return UsageError(
        tr("I can't read `{shown}`. Write {names}.", shown=cursor.shown, names=one_of(rights)),
        corrections=tuple(
            Correction(right, cursor.question.replaced(cursor.at, cursor.at + 1, right))
            for right in rights
        ),
    )


def _keys(cursor: Cursor) -> list[str]:
    return sorted({option.key for option in cursor.syntax.options} | {"window", "days", "period"})


def _known(cursor: Cursor) -> str:
    return listed(f"{option.key}={option.examples[0]}" for option in cursor.syntax.options)


def _without(cursor: Cursor) -> Correction:
    return Correction(tr("without it"), cursor.question.replaced(cursor.at, cursor.at + 1))
