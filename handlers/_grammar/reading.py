"""From text to words: every word is recognised by its type, not by its place."""

import re
from dataclasses import replace
from datetime import timedelta

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.language.lists import one_of
from analytics.market.instruments import Instrument
from handlers._errors import UsageError
from handlers._grammar.cursor import Cursor
from handlers._grammar.durations import capped, duration_of, is_loose_unit, is_unit
from handlers._grammar.holdings import Holding
from handlers._grammar.instruments import instrument_of, quoted_in
from handlers._grammar.kinds import with_kinds
from handlers._grammar.listing import listed, spelled_value
from handlers._grammar.measured import amount_at
from handlers._grammar.misplaced import hold_or_window_at, misplaced_time_at, since_at
from handlers._grammar.numerals import numeral
from handlers._grammar.options import QUOTE, VENUE
from handlers._grammar.plain import LONGEST_WORD, tidied, words_of
from handlers._grammar.said import bare_option_at, dashed_at, option_apart_at, option_at
from handlers._grammar.symbols import ONE_BACK
from handlers._grammar.syntax import Syntax
from handlers._grammar.unsaid import unsaid_amount_at
from handlers._grammar.words import (
    Extra,
    Piece,
    Question,
    Said,
    Switch,
    Value,
    Words,
    anchored,
)

_OPPOSITES = ({"brief", "full"},)


def read(text: str, syntax: Syntax) -> Words:
    """The typed words of the text after a command.

    Raises
    ------
    UsageError, AmbiguousNumberError, UnknownOptionError, BadWindowError
        With corrections that are whole questions.

    """
    question = Question(syntax.command, with_kinds(words_of(tidied(text))))
    pieces: list[Piece] = []
    at = 0
    while at < len(question.words):
        pieces.append(_piece(Cursor(question, syntax, at)))
        at = pieces[-1].stop
    return _sorted(question, syntax, tuple(pieces))


def _piece(cursor: Cursor) -> Piece:
    readers = (
        _refuse_endless,
        _spelled_out_duration_at,
        _extra_at,
        option_at,
        option_apart_at,
        _switch_at,
        unsaid_amount_at,
        hold_or_window_at,
        _filler_at,
        dashed_at,
        bare_option_at,
        since_at,
        _asset_at,
        _duration_at,
        misplaced_time_at,
        amount_at,
    )
    try:
        for reader in readers:
            piece = reader(cursor)
            if piece is not None:
                return piece
    except RequestError as error:
        raise anchored(error, cursor.question, cursor.at, cursor.syntax.example) from None
    raise _unknown(cursor)


def _refuse_endless(cursor: Cursor) -> None:
    if len(cursor.word) > LONGEST_WORD:
        raise _unknown(cursor)


def _extra_at(cursor: Cursor) -> Piece | None:
    for reader in cursor.syntax.readers:
        value = reader(cursor.word)
        if value is not None:
            return cursor.piece(Extra(value))
    return None


def _switch_at(cursor: Cursor) -> Piece | None:
    word = cursor.word.casefold()
    return cursor.piece(Switch(word)) if word in cursor.syntax.switches else None


def _filler_at(cursor: Cursor) -> Piece | None:
    return cursor.piece(None) if cursor.is_filler else None


def _asset_at(cursor: Cursor) -> Piece | None:
    return cursor.piece(instrument_of(cursor.word)) if cursor.names_market else None


def _spelled_out_duration_at(cursor: Cursor) -> Piece | None:
    """``last month``, ``two weeks``: words that would be markets where no unit of time followed."""
    if not cursor.word[:1].isalpha() or not cursor.syntax.most_durations:
        return None
    return _duration_at(cursor) if is_unit(cursor.next_word) else None


def _duration_at(cursor: Cursor) -> Piece | None:
    if cursor.syntax.amounts and re.fullmatch(r"[\d.]+M", cursor.word) and cursor.next_is_market:
        return None
    number = _units_counted(cursor.word) if is_loose_unit(cursor.next_word) else None
    if number is not None:
        length, stop = duration_of(f"{number} {cursor.next_word}"), cursor.at + 2
    else:
        length, stop = duration_of(cursor.word), cursor.at + 1
    if length is None:
        return None
    note = None
    if cursor.syntax.longest is not None:
        length, note = capped(length, longest=cursor.syntax.longest)
    return Piece(length, cursor.at, stop, note)


def _units_counted(word: str) -> str | None:
    """How many of the unit of time behind it a word says: ``30``, ``two``, ``last``."""
    if re.fullmatch(r"\d{1,5}", word):
        return word
    number = 1 if word.casefold() in ONE_BACK else numeral(word)
    return None if number is None else str(number)


def _unknown(cursor: Cursor) -> UsageError:
    rest = _readable(cursor)
    example = cursor.syntax.example
    alone = " " not in rest
    correction = Correction(example, example) if alone else Correction(tr("without it"), rest)
    return UsageError(
        tr("I can't read `{shown}`. For example `{example}`", shown=cursor.shown, example=example),
        corrections=(correction,),
    )


def _readable(cursor: Cursor) -> str:
    """The question without the word here, and without emoji and other signs wherever they stand."""
    words = cursor.question.words
    kept = [w for i, w in enumerate(words) if i != cursor.at and any(c.isalnum() for c in w)]
    return str(Question(cursor.question.command, tuple(kept)))


def _sorted(question: Question, syntax: Syntax, pieces: tuple[Piece, ...]) -> Words:
    _refuse_contradictions(question, syntax, pieces)
    said = [piece.value for piece in pieces if isinstance(piece.value, Said)]
    venues = tuple(dict.fromkeys(str(s.value) for s in said if s.key == VENUE.key))
    quotes = [str(s.value) for s in said if s.key == QUOTE.key]
    values = [_placed(piece.value, venues, quotes) for piece in pieces]
    return Words(
        assets=tuple(v for v in values if isinstance(v, Instrument)),
        holdings=tuple(v for v in values if isinstance(v, Holding)),
        durations=tuple(v for v in values if isinstance(v, timedelta)),
        options=frozenset(s for s in said if s.key != VENUE.key or len(venues) == 1),
        venues=venues,
        switches=frozenset(v.word for v in values if isinstance(v, Switch)),
        extras=tuple(v.value for v in values if isinstance(v, Extra)),
        notes=tuple(dict.fromkeys(piece.note for piece in pieces if piece.note)),
        question=question,
        pieces=pieces,
        syntax=syntax,
    )


def _placed(value: Value, venues: tuple[str, ...], quotes: list[str]) -> Value:
    """A market, or a holding of one, on the venue and in the quote that the options name."""
    match value:
        case Holding():
            return replace(value, instrument=_listed_at(value.instrument, venues, quotes))
        case Instrument():
            return _listed_at(value, venues, quotes)
        case _:
            return value


def _listed_at(instrument: Instrument, venues: tuple[str, ...], quotes: list[str]) -> Instrument:
    found = quoted_in(instrument, quotes[0]) if quotes else instrument
    return replace(found, venue=found.venue or (venues[0] if len(venues) == 1 else None))


def _refuse_contradictions(question: Question, syntax: Syntax, pieces: tuple[Piece, ...]) -> None:
    durations = [piece for piece in pieces if isinstance(piece.value, timedelta)]
    if len(durations) > syntax.most_durations:
        raise _too_many_durations(question, syntax, durations)
    seen: dict[str, Piece] = {}
    for piece in pieces:
        if not isinstance(piece.value, Said):
            continue
        first = seen.setdefault(piece.value.key, piece)
        several = syntax.many_venues and piece.value.key == VENUE.key
        if first.value != piece.value and not several:
            raise _twice(question, first, piece)
    switches = {piece.value.word for piece in pieces if isinstance(piece.value, Switch)}
    for pair in _OPPOSITES:
        if pair <= switches:
            raise _opposite(question, pieces, pair)


def _too_many_durations(question: Question, syntax: Syntax, durations: list[Piece]) -> UsageError:
    room = {0: tr("no length of time"), 1: tr("one length of time")}.get(
        syntax.most_durations, tr("a window and then a bar")
    )
    kept = durations[: min(syntax.most_durations, 1)]
    label = spelled_value(kept[0].value) if kept else tr("without")
    return UsageError(
        tr(
            "I read {listed}. `/{command}` takes {room}.",
            listed=listed(spelled_value(d.value) for d in durations),
            command=syntax.command,
            room=room,
        ),
        corrections=(Correction(label, question.without(durations[len(kept) :])),),
    )


def _opposite(question: Question, pieces: tuple[Piece, ...], pair: set[str]) -> UsageError:
    said = [
        piece for piece in pieces if isinstance(piece.value, Switch) and piece.value.word in pair
    ]
    return UsageError(
        tr("{names}: not both.", names=one_of(sorted(pair))),
        corrections=tuple(
            Correction(
                word,
                question.without([p for p in said if p.value != Switch(word)]),
            )
            for word in sorted(pair)
        ),
    )


def _twice(question: Question, first: Piece, second: Piece) -> UsageError:
    both = [" ".join(question.words[piece.start : piece.stop]) for piece in (first, second)]
    return UsageError(
        tr("I read {both} and {both_2}. Which one?", both=both[0], both_2=both[1]),
        corrections=tuple(
            Correction(keep, question.replaced(drop.start, drop.stop))
            for keep, drop in zip(both, (second, first), strict=True)
        ),
    )
