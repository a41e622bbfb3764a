"""What a question says, as typed values."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar, cast

from analytics.errors import Correction, RequestError
from analytics.market.instruments import Instrument
from handlers._grammar.holdings import Holding
from handlers._grammar.options import Option
from handlers._grammar.syntax import Syntax

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Question:
    """The words as typed, to write a corrected question from."""

    command: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((f"/{self.command}", *self.words))

    def replaced(self, start: int, stop: int, right: str = "") -> str:
        """The whole question with some words replaced, or dropped."""
        middle = (right,) if right else ()
        return str(Question(self.command, (*self.words[:start], *middle, *self.words[stop:])))

    def without(self, pieces: Iterable["Piece"]) -> str:
        """The whole question without the words of some pieces."""
        gone = {at for piece in pieces for at in range(piece.start, piece.stop)}
        kept = tuple(word for at, word in enumerate(self.words) if at not in gone)
        return str(Question(self.command, kept))

    def anchored(self, correction: Correction, at: int) -> Correction | None:
        """The correction as a whole question, its wrong part looked for from a word onwards."""
        tail = " ".join(self.words[at:])
        if correction.wrong is None:
            return correction
        if correction.wrong.casefold() not in tail.casefold():
            return None
        corrected = " ".join(correction.applied_to(tail).split())
        if not corrected and not at:
            return None
        return Correction(correction.label, self.replaced(at, len(self.words), corrected))


@dataclass(frozen=True, slots=True)
class Said:
    """An option and its typed value."""

    key: str
    value: Hashable


@dataclass(frozen=True, slots=True)
class Switch:
    """A bare word that turns something on."""

    word: str


@dataclass(frozen=True, slots=True)
class Extra:
    """What a command's own reader made of a word."""

    value: Hashable


Value = Instrument | Holding | timedelta | Said | Switch | Extra | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What some neighbouring words mean; None for a word that means nothing."""

    value: Value
    start: int
    stop: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What was said, sorted by type, each kind in the order of the question.

    Two values are equal when the same was said, however it was typed; ``notes`` (what was read
    otherwise than typed) and the words themselves take no part in that.
    """

    question: Question = field(compare=False)
    syntax: Syntax = field(compare=False, repr=False)
    pieces: tuple[Piece, ...] = field(compare=False)
    assets: tuple[Instrument, ...] = ()
    holdings: tuple[Holding, ...] = ()
    durations: tuple[timedelta, ...] = ()
    options: frozenset[Said] = frozenset()
    venues: tuple[str, ...] = ()
    switches: frozenset[str] = frozenset()
    extras: tuple[Hashable, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def value(self, option: Option[T]) -> T | None:
        """The value of an option; None where it was not given."""
        for said in self.options:
            if said.key == option.key:
                return cast("T", said.value)
        return None

    def given(self, option: Option[T], default: T) -> T:
        """The value of an option, else the default."""
        value = self.value(option)
        return default if value is None else value

    @property
    def nothing(self) -> bool:
        """Whether the command came bare."""
        return not any(piece.value is not None for piece in self.pieces)


def anchored(error: RequestError, question: Question, at: int, example: str) -> RequestError:
    """The same error with corrections that are whole questions, at least the example."""
    found = (question.anchored(correction, at) for correction in error.corrections)
    kept = tuple(correction for correction in found if correction is not None)
    error.corrections = kept or (Correction(example, example),)
    return error
