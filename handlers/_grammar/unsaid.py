"""Amounts that only the asker knows: ``all my BTC``, ``my 2 BTC``."""

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import UsageError
from handlers._grammar.cursor import Cursor
from handlers._grammar.words import Piece

_ALL = frozenset({"all", "everything", "half"})
_MINE = frozenset({"my", "our"})
_OFFERED = ("1", "$10k")


def unsaid_amount_at(cursor: Cursor) -> Piece | None:
    """Pass over ``my``, and refuse ``all my BTC`` where holdings are counted.

    Both words are also tickers: they are words only in front of a market, or of its number.
    """
    if not cursor.syntax.amounts:
        return None
    word = cursor.word.casefold()
    if word in _MINE and (cursor.next_is_market or cursor.next_word[:1].isdigit()):
        return cursor.piece(None)
    if word not in _ALL:
        return None
    skipped = 2 if cursor.next_word.casefold() in _MINE else 1
    held = cursor.moved(skipped)
    if not held.is_market:
        return None
    raise UsageError(
        tr(
            "I see nobody's accounts: how much {coin} do you hold? For example 2.5 {coin}.",
            coin=held.shown.upper(),
        ),
        corrections=tuple(
            Correction(
                f"{amount} {held.shown.upper()}",
                cursor.question.replaced(cursor.at, cursor.at + skipped, amount),
            )
            for amount in _OFFERED
        ),
    )
