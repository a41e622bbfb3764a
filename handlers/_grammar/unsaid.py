"""Amounts that only the asker knows: ``all my BTC``, ``my 2 BTC``."""

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.nicknames import meant_by
from handlers._errors import UsageError
from handlers._grammar.cursor import Cursor
from handlers._grammar.holdings import Holding, Unit
from handlers._grammar.instruments import instrument_of
from handlers._grammar.numerals import joined, numeral
from handlers._grammar.words import Piece

_ALL = frozenset({"all", "everything", "half", "alle", "alles", "todo", "todos", "todas"})
_MINE = frozenset({"my", "our", "mein", "meine", "meinen", "meiner", "mi", "mis"})
_OFFERED = ("1", "$10k")


def unsaid_amount_at(cursor: Cursor) -> Piece | None:
    """Pass over ``my``, and refuse ``all my BTC`` where holdings are counted.

    Such words are also tickers: they are words only in front of a market, or of its number.
    """
    if not cursor.syntax.amounts:
        return None
    word = cursor.word.casefold()
    if (counted := _spelled_out(cursor)) is not None:
        return counted
    if word in _MINE and (cursor.next_is_market or cursor.next_word[:1].isdigit()):
        return cursor.piece(None)
    if word not in _ALL:
        return None
    skipped = 2 if cursor.next_word.casefold() in _MINE else 1
    held = cursor.moved(skipped)
    if not held.is_market:
        return None
    coin = meant_by(held.shown.upper()) or held.shown.upper()
    raise UsageError(
        tr(
            "I see nobody's accounts: how much {coin} do you hold? For example 2.5 {coin}.",
            coin=coin,
        ),
        corrections=tuple(
            Correction(
                f"{amount} {coin}",
                cursor.question.replaced(cursor.at, cursor.at + skipped, amount),
            )
            for amount in _OFFERED
        ),
    )


def _spelled_out(cursor: Cursor) -> Piece | None:
    """``forty ETH``, which is read back in digits."""
    value, words = numeral(cursor.word), 1
    more = numeral(cursor.next_word)
    if value is None:
        return None
    if more is not None and (together := joined(value, more)) is not None:
        value, words = together, 2
    if not cursor.moved(words - 1).next_is_market or numeral(cursor.moved(words).word) is not None:
        return None
    typed = " ".join(cursor.question.words[cursor.at : cursor.at + words])
    held = Holding(value, Unit.COINS, instrument_of(cursor.moved(words).word))
    note = tr("Read {typed} as {read}.", typed=typed, read=value)
    return cursor.piece(held, words=words + 1, note=note)
