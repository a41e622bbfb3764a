"""Amounts in a question: ``40 ETH``, ``$25k SOL``, ``1499c BTC-INV``."""

import re

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from handlers._errors import AmbiguousNumberError, UsageError
from handlers._grammar.amounts import CONTRACT_WORDS, Count, count_of, refuse_scientific
from handlers._grammar.cursor import Cursor
from handlers._grammar.durations import looks_like_duration
from handlers._grammar.holdings import Holding, Unit
from handlers._grammar.instruments import instrument_of
from handlers._grammar.options import PART
from handlers._grammar.symbols import BEFORE_OPTIONS, STABLE_QUOTES
from handlers._grammar.words import Piece

DOLLAR_WORDS = frozenset({"usd", "usdt", "usdc", "dollar", "dollars", "bucks", "dólar", "dólares"})
OF = frozenset({"of", "in", "worth", "von", "de", "en"})
_LONG_CONTRACT_WORDS = frozenset(word for word in CONTRACT_WORDS if len(word) > 3)  # noqa: PLR2004


def amount_at(cursor: Cursor) -> Piece | None:
    """A holding: a number, its unit, and the market it counts."""
    refuse_scientific(cursor.word)
    count = count_of(cursor.word)
    if count is None:
        return None
    if not cursor.syntax.amounts:
        raise _no_amounts(cursor, count)
    if count.attached:
        _refuse_per_cent(cursor, count)
        return _held(cursor, count, instrument_of(count.attached), words=1)
    unit, words = count.unit, 1
    if cursor.next_word.casefold() in _LONG_CONTRACT_WORDS and unit is Unit.COINS:
        unit, words = Unit.CONTRACTS, 2
    if cursor.next_word.casefold() in DOLLAR_WORDS and unit is Unit.COINS:
        unit, words = _dollars(cursor)
    if cursor.moved(words).word.casefold() in OF:
        words += 1
    if not cursor.moved(words - 1).next_is_market:
        raise _of_what(cursor, count)
    instrument = instrument_of(cursor.moved(words).word)
    counted = Count(count.quantity, unit, count.digits, note=count.note)
    return _held(cursor, counted, instrument, words=words + 1)


def _dollars(cursor: Cursor) -> tuple[Unit, int]:
    """``25k usd of ETH`` is worth that many dollars; ``25k USDT`` alone are coins."""
    ahead = cursor.moved(2)
    ahead = ahead.moved(1) if ahead.word.casefold() in OF else ahead
    is_only_coin = cursor.next_word.upper() in STABLE_QUOTES
    if not ahead.is_market or (is_only_coin and ahead.at == cursor.at + 2):
        return Unit.COINS, 1
    return Unit.DOLLARS, 2


def _held(cursor: Cursor, count: Count, instrument: Instrument, *, words: int) -> Piece:
    if count.unit is Unit.CONTRACTS and instrument.kind is Kind.SPOT:
        raise _contracts_of_coins(cursor, instrument, words)
    holding = Holding(count.quantity, count.unit, instrument)
    return cursor.piece(holding, words=words, note=count.note)


def _contracts_of_coins(cursor: Cursor, instrument: Instrument, words: int) -> UsageError:
    choices = [f"{instrument.base}-PERP", f"{instrument.base}-INV"]
    stop = cursor.at + words
    return UsageError(
        tr(
            "Contracts of what? {instrument} is the coin itself. Write {choices} or {choices_2}.",
            instrument=instrument,
            choices=choices[0],
            choices_2=choices[1],
        ),
        corrections=tuple(
            Correction(choice, cursor.question.replaced(stop - 1, stop, choice))
            for choice in choices
        ),
    )


def _of_what(cursor: Cursor, count: Count) -> UsageError:
    before = cursor.moved(-1) if cursor.at else None
    if (table := _turned(cursor)) is not None:
        return table
    if re.fullmatch(r"\d{3}", cursor.next_word) and re.fullmatch(r"\d{1,3}", cursor.word):
        return _blank_inside(cursor)
    if before is not None and before.names_market and before.word not in BEFORE_OPTIONS:
        right = f"{cursor.word} {before.word}"
        whole = cursor.question.replaced(cursor.at - 1, cursor.at + 1, right)
        return UsageError(
            tr(
                "{shown} of what? The amount comes first: {right}.", shown=cursor.shown, right=right
            ),
            corrections=(Correction(right, whole), *_days(cursor, count)),
        )
    behind = cursor.syntax.amount_example if count.unit is not Unit.CONTRACTS else "BTC-INV BTC"
    example = f"/{cursor.syntax.command} {cursor.word} {behind}"
    return UsageError(
        tr("{shown} of what? `{example}`", shown=cursor.shown, example=example),
        corrections=(Correction(example, example), *_days(cursor, count)),
    )


def _turned(cursor: Cursor) -> UsageError | None:
    """What to say to ``BTC 2.5 ETH 40``, a table in which the amounts stand behind the coins."""
    words = cursor.question.words
    rows = 0
    while _is_row(Cursor(cursor.question, cursor.syntax, 2 * rows)):
        rows += 1
    if rows < 2 or cursor.at >= 2 * rows:  # noqa: PLR2004 - one row is no table
        return None
    pairs = (f"{words[2 * row + 1]} {words[2 * row]}" for row in range(rows))
    right = " ".join((f"/{cursor.syntax.command}", *pairs, *words[2 * rows :]))
    return UsageError(
        tr("The amounts come first: `{right}`", right=right),
        corrections=(Correction(right.partition(" ")[2], right),),
    )


def _is_row(cursor: Cursor) -> bool:
    return cursor.is_market and re.fullmatch(r"-?\$?[\d.,]*\d[kM]?", cursor.next_word) is not None


def _blank_inside(cursor: Cursor) -> AmbiguousNumberError:
    joined = cursor.word + cursor.next_word
    whole = cursor.question.replaced(cursor.at, cursor.at + 2, joined)
    return AmbiguousNumberError(
        tr(
            "Is {word} {next_word} one number? Write {joined}.",
            word=cursor.word,
            next_word=cursor.next_word,
            joined=joined,
        ),
        corrections=(Correction(joined, whole),),
    )


def _no_amounts(cursor: Cursor, count: Count) -> UsageError:
    command = f"`/{cursor.syntax.command}`"
    name = count.attached or (cursor.next_word if cursor.next_is_market else "")
    if not name:
        days = _days(cursor, count)
        hint = (
            tr("For days write {label}.", label=days[0].label)
            if days
            else tr("{command} takes no amounts.", command=command)
        )
        rest = Correction(tr("without it"), cursor.question.replaced(cursor.at, cursor.at + 1))
        return UsageError(
            tr("{shown} what? {hint}", shown=cursor.shown, hint=hint), corrections=days or (rest,)
        )
    stop = cursor.at + (1 if count.attached else 2)
    return UsageError(
        tr(
            "I read {shown} as an amount, and {command} takes markets without amounts.",
            shown=cursor.shown if count.attached else f"{cursor.shown} {name}",
            command=command,
        ),
        corrections=(
            Correction(name, cursor.question.replaced(cursor.at, stop, name)),
            *(() if count.attached else _days(cursor, count)),
        ),
    )


def _days(cursor: Cursor, count: Count) -> tuple[Correction, ...]:
    days = f"{cursor.word}d"
    if not re.fullmatch(r"\d{1,4}", cursor.word) or count.quantity < 1:
        return ()
    if any(looks_like_duration(word) for word in cursor.question.words):
        return ()
    return (Correction(days, cursor.question.replaced(cursor.at, cursor.at + 1, days)),)


def _refuse_per_cent(cursor: Cursor, count: Count) -> None:
    if not count.attached.startswith("%"):
        return
    key = cursor.syntax.option(cursor.moved(-1).word.casefold()) if cursor.at else None
    if key is not None:
        right = f"{key.key}={cursor.word}"
        raise UsageError(
            tr("I can't read `{shown}`. Write {shortened}.", shown=cursor.shown, shortened=right),
            corrections=(
                Correction(right, cursor.question.replaced(cursor.at - 1, cursor.at + 1, right)),
            ),
        )
    right = f"part={cursor.word}"
    fits = cursor.syntax.option(PART.key) is not None
    raise UsageError(
        tr("{shown} of what?", shown=cursor.shown)
        + (tr(" To hedge a part, write {right}.", right=right) if fits else ""),
        corrections=(
            (Correction(right, cursor.question.replaced(cursor.at, cursor.at + 1, right)),)
            if fits
            else ()
        ),
    )
