"""Amounts that only the asker knows, or says in a way of their own: ``all my BTC``, ``half of my 2 BTC``."""

import re

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.nicknames import meant_by
from handlers._errors import UsageError
from handlers._grammar.amounts import count_of
from handlers._grammar.cursor import Cursor
from handlers._grammar.holdings import Holding, Unit
from handlers._grammar.instruments import instrument_of
from handlers._grammar.numerals import joined, numeral
from handlers._grammar.options import PART
from handlers._grammar.quantities import written
from handlers._grammar.shares import half_at, share_at
from handlers._grammar.sides import on_a_side
from handlers._grammar.words import Piece

_ALL = frozenset({"all", "everything", "half", "alle", "alles", "todo", "todos", "todas"})
_MINE = frozenset({"my", "our", "mein", "meine", "meinen", "meiner", "mi", "mis"})
_OFFERED = ("1", "$10k")
_MONEY = re.compile(r"\d[\d.,]*[kKM]?")
_FOREIGN = re.compile(rf"[€£¥]({_MONEY.pattern})|({_MONEY.pattern})[€£¥]")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_CURRENCIES = frozenset(
    """
    € eur euro euros £ gbp pound pounds pfund libras ¥ yen chf franken francos
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
"""Money other than dollars."""


def unsaid_amount_at(cursor: Cursor) -> Piece | None:
    """Pass over ``my``, and refuse ``all my BTC`` where holdings are counted.

    Such words are also tickers: they are words only in front of a market, or of its number.
    """
    if not cursor.syntax.amounts:
        return None
    word = cursor.word.casefold()
    _refuse_share(cursor)
    _refuse_foreign_money(cursor)
    if (sided := on_a_side(cursor)) is not None:
        return sided
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


def _refuse_share(cursor: Cursor) -> None:
    """Ask back about ``half of my 40 ETH``: the half of it, or all of it hedged by half."""
    words = cursor.question.words
    if (halves := half_at(words, cursor.at)) is not None and cursor.moved(halves[1]).is_market:
        right = written(halves[0])
        raise UsageError(
            tr("Write the amount itself: {right}.", right=right),
            corrections=(
                Correction(
                    right, cursor.question.replaced(cursor.at, cursor.at + halves[1], right)
                ),
            ),
        )
    found = share_at(words, cursor.at)
    count = count_of(words[found[1]]) if found else None
    if found is None or count is None or count.unit is Unit.CONTRACTS:
        return
    share, at = found
    quantity = written(float(f"{count.quantity * share:.6g}"))
    counted = "$" if count.unit is Unit.DOLLARS else ""
    right = " ".join((f"{counted}{quantity}", count.attached)).strip()
    corrections = [Correction(right, cursor.question.replaced(cursor.at, at + 1, right))]
    sentence = tr("Write the amount itself: {right}.", right=right)
    if cursor.syntax.option(PART.key) is not None:
        part = f"{PART.key}={100 * share:.3g}%"
        whole = f"{cursor.question.replaced(cursor.at, at, '')} {part}"
        corrections.append(Correction(part, whole))
        sentence = tr(
            "Write the amount itself, {right}, or what part: {part}.", right=right, part=part
        )
    raise UsageError(sentence, corrections=tuple(corrections))


def _refuse_foreign_money(cursor: Cursor) -> None:
    """Keep the number of ``€25k``, whose worth in dollars nobody says."""
    before, behind = _FOREIGN.fullmatch(cursor.word), cursor.next_word.casefold()
    number = (before[1] or before[2]) if before else cursor.word
    is_named = behind in _CURRENCIES and _MONEY.fullmatch(cursor.word) is not None
    if before is None and not is_named:
        return
    stop = cursor.at + (2 if is_named else 1)
    typed = " ".join(cursor.question.words[cursor.at : stop])
    # Where money is counted in euros 25.000 is a large number.
    right = f"${number.replace('.', '') if _GROUPED.fullmatch(number) else number}"
    raise UsageError(
        tr(
            "Amounts are in coins or in dollars: what is {typed} in dollars? {right}?",
            typed=typed,
            right=right,
        ),
        corrections=(Correction(right, cursor.question.replaced(cursor.at, stop, right)),),
    )
