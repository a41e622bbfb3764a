"""On which side of a market somebody stands: ``short 2 BTC``, ``2 BTC short``, ``long 40 ETH``."""

import re
from dataclasses import replace

from analytics.language import tr
from handlers._grammar.cursor import Cursor
from handlers._grammar.durations import looks_like_duration
from handlers._grammar.holdings import Holding
from handlers._grammar.measured import amount_at
from handlers._grammar.options import SIDE
from handlers._grammar.symbols import LONG, SHORT
from handlers._grammar.words import Piece, Said

_NUMBER = re.compile(r"-?\$?-?[\d.]")
_FARTHEST = 4
"""Words from a number to the side that may stand behind its market."""


def on_a_side(cursor: Cursor) -> Piece | None:
    """An amount with the side that is said of it; None where none is said, or what is an option."""
    if cursor.syntax.option(SIDE.key) is not None:
        return _as_option(cursor)
    if _is_side(cursor):
        return _led(cursor) if _is_amount(cursor.moved(1)) else _to_sell(cursor)
    near = any(is_side_behind(cursor.moved(by)) for by in range(1, _FARTHEST))
    return _followed(cursor) if near and _is_amount(cursor) else None


def _as_option(cursor: Cursor) -> Piece | None:
    """``long`` alone and ``side long`` where a side is an option; before an amount it is that one's."""
    if _is_side(cursor) and _is_amount(cursor.moved(1)):
        return _led(cursor)
    named = cursor.moved(1) if cursor.word.casefold() == SIDE.key else cursor
    value = SIDE.read(named.word)
    if value is None or not _is_side(named) or _is_amount(named.moved(1)):
        return None
    return cursor.piece(Said(SIDE.key, value), words=named.at - cursor.at + 1)


def is_side_behind(cursor: Cursor) -> bool:
    """Whether a word says the side of what stands before it, and not of what stands behind it."""
    return _is_side(cursor) and not _is_amount(cursor.moved(1)) and not cursor.next_is_market


def _is_side(cursor: Cursor) -> bool:
    return cursor.word.casefold() in LONG | SHORT


def _is_amount(cursor: Cursor) -> bool:
    return _NUMBER.match(cursor.word) is not None and not looks_like_duration(cursor.word)


def _to_sell(cursor: Cursor) -> Piece | None:
    """``2 BTC short BTC-PERP``, where the contract to sell is said to be sold."""
    is_contract = cursor.next_is_market and "-" in cursor.next_word
    is_sold = cursor.at > 0 and cursor.word.casefold() in SHORT and is_contract
    if not is_sold:
        return None
    typed = f"{cursor.word} {cursor.next_word}"
    return cursor.piece(None, note=tr("Read {typed} as the contract to sell.", typed=typed))


def _led(cursor: Cursor) -> Piece | None:
    held = amount_at(cursor.moved(1))
    return _on(cursor, cursor.word, held, held.stop) if held is not None else None


def _followed(cursor: Cursor) -> Piece | None:
    held = amount_at(cursor)
    if held is None or not is_side_behind(behind := cursor.moved(held.stop - cursor.at)):
        return None
    return _on(cursor, behind.word, held, held.stop + 1)


def _on(cursor: Cursor, side: str, held: Piece, stop: int) -> Piece | None:
    if not isinstance(held.value, Holding):
        return None
    if side.casefold() in LONG:
        return Piece(held.value, cursor.at, stop, held.note)
    owed = replace(held.value, quantity=-abs(held.value.quantity))
    typed = " ".join(cursor.question.words[cursor.at : stop])
    return Piece(owed, cursor.at, stop, tr("Read {typed} as {read}.", typed=typed, read=owed))
