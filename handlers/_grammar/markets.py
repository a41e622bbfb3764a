"""The markets of a question, counted."""

from dataclasses import replace
from datetime import timedelta
from operator import attrgetter

from rapidfuzz import fuzz, process

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from handlers._errors import SameMarketError, UsageError
from handlers._grammar.cursor import Cursor
from handlers._grammar.holdings import Holding
from handlers._grammar.listing import listed, spelled_value
from handlers._grammar.symbols import WELL_KNOWN
from handlers._grammar.syntax import Syntax
from handlers._grammar.words import Piece, Question, Words

_PARTNERS = ("ETH", "BTC")


def two_assets(words: Words) -> tuple[Instrument, Instrument]:
    """The two markets that a question compares, in its order.

    Raises
    ------
    UsageError
        There are not two.
    SameMarketError
        Both are one.

    """
    match words.assets:
        case first, second:
            refuse_same(words, first, second)
            return first, second
        case _, _, *_:
            raise _too_many(words)
        case (first,):
            raise _second_missing(words, first)
        case _:
            raise none_named(words)


def assets(words: Words, *, least: int = 1, most: int | None = None) -> tuple[Instrument, ...]:
    """All markets of a question, between ``least`` and ``most`` of them, each once.

    Raises
    ------
    UsageError
        Too few or too many.
    SameMarketError
        Only one, said twice.

    """
    found = tuple(dict.fromkeys(words.assets))
    if not found:
        raise none_named(words)
    if len(words.assets) > 1 and len(found) == 1 < least:
        refuse_same(words, found[0], found[0])
    if len(found) < least:
        raise _second_missing(words, found[0])
    if most is not None and len(found) > most:
        raise _too_many(words, most=most)
    return found


def refuse_same(words: Words, first: Instrument, second: Instrument) -> None:
    """Refuse to compare a market with itself, and offer its spot against its perpetual."""
    if first != second:
        return
    spot = Instrument(first.base, venue=first.venue)
    perp = replace(spot, kind=Kind.PERP)
    pair = f"{typed(spot, words.syntax)} {perp}"
    right = " ".join((f"/{words.question.command}", pair, *_but_assets(words)))
    raise SameMarketError(str(first), corrections=(Correction(pair, right),))


def typed(asked: Instrument | Holding, syntax: Syntax) -> str:
    """How to type a market, or a holding, so that a command reads it as one.

    The canonical spelling, but ``FULL-SPOT`` where ``full`` is a switch.
    """
    if isinstance(asked, Holding):
        return f"{asked.amount} {typed(asked.instrument, syntax)}"
    name = str(asked)
    return name if Cursor(Question("", (name,)), syntax, 0).is_market else f"{name}-{Kind.SPOT}"


def none_named(words: Words) -> UsageError:
    """What to say when a question names no market."""
    example = words.syntax.example
    several = tr("How much of what?") if words.syntax.amounts else tr("Which two?")
    question = several if example.count(" ") > 1 else tr("Which one?")
    correction = Correction(example, example)
    if words.nothing:
        return UsageError(
            tr("{question} For example `{example}`", question=question, example=example),
            corrections=(correction,),
        )
    return UsageError(
        tr(
            "I read {read_back}. {question} For example `{example}`",
            read_back=read_back(words),
            question=question,
            example=example,
        ),
        corrections=(correction,),
    )


def read_back(words: Words) -> str:
    """What was understood so far, in the order of the question."""
    values = [piece for piece in words.pieces if piece.value is not None]
    return listed(
        spelled_value(piece.value)
        if isinstance(piece.value, Instrument | Holding | timedelta)
        else " ".join(words.question.words[piece.start : piece.stop])
        for piece in values
    )


def _second_missing(words: Words, first: Instrument) -> UsageError:
    partners = [Instrument(base, Kind.PERP) for base in _PARTNERS if base != first.base][:1]
    own = Instrument(first.base, Kind.SPOT if first.kind is not Kind.SPOT else Kind.PERP)
    two = f"{first.base} {first.quote}"
    return UsageError(
        tr("I read {read_back}. I need a second market.", read_back=read_back(words)),
        corrections=(Correction(two, _with_first(words, two)),)
        if first.kind is Kind.SPOT and first.quote in WELL_KNOWN
        else tuple(
            Correction(f"{first} {partner}", _with_second(words, typed(partner, words.syntax)))
            for partner in (*partners, own)
        ),
    )


def _with_second(words: Words, second: str) -> str:
    place = _first_market(words).stop
    return words.question.replaced(place, place, second)


def _with_first(words: Words, right: str) -> str:
    place = _first_market(words)
    return words.question.replaced(place.start, place.stop, right)


def _first_market(words: Words) -> Piece:
    """Where the first market stands, alone or with its amount."""
    return next(one for one in words.pieces if isinstance(one.value, Instrument | Holding))


def _too_many(words: Words, *, most: int = 2) -> UsageError:
    surplus = words.assets[most]
    close = process.extractOne(
        surplus.base.casefold(), sorted(words.syntax.switches), scorer=fuzz.ratio, score_cutoff=75
    )
    place = next(piece for piece in reversed(words.pieces) if _is_said(piece.value, surplus))
    if close and surplus == Instrument(surplus.base):
        right = words.question.replaced(place.start, place.stop, close[0])
        return UsageError(
            tr("Is {surplus} a market? Did you mean {close}?", surplus=surplus, close=close[0]),
            corrections=(Correction(close[0], right),),
        )
    if (option := _option_of(words, place)) is not None:
        right = words.question.replaced(place.start, place.stop + 1, option)
        return UsageError(
            tr("Is {surplus} a market? Did you mean {close}?", surplus=surplus, close=option),
            corrections=(Correction(option, right),),
        )
    right = words.question.replaced(place.start, place.stop)
    count = {2: tr("two markets"), 4: tr("four markets")}.get(most, tr("{n} markets", n=most))
    return UsageError(
        tr(
            "I read {listed}. `/{command}` takes {count}.",
            listed=listed(map(str, words.assets)),
            command=words.question.command,
            count=count,
        ),
        corrections=(Correction(tr("without {surplus}", surplus=surplus), right),),
    )


def _option_of(words: Words, place: Piece) -> str | None:
    """``cooldown 1d`` as an option, where the word names one and the next is a value of it."""
    option = words.syntax.option(words.question.words[place.start].casefold())
    value = words.question.words[place.stop] if place.stop < len(words.question.words) else ""
    try:
        fits = option is not None and value and option.read(value) is not None
    except RequestError:
        return None
    return f"{option.key}={value}" if option is not None and fits else None


def _is_said(value: object, market: Instrument) -> bool:
    """Whether a market is what was said, alone or with its amount; a venue is said once for all."""
    said = value.instrument if isinstance(value, Holding) else value
    names = attrgetter("base", "kind", "expiry")
    return isinstance(said, Instrument) and names(said) == names(market)


def _but_assets(words: Words) -> list[str]:
    return [
        word
        for piece in words.pieces
        if piece.value is not None and not isinstance(piece.value, Instrument)
        for word in words.question.words[piece.start : piece.stop]
    ]
