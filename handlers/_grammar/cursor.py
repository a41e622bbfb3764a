"""A place in a question, with what the words around it look like."""

import re
from dataclasses import dataclass

from handlers._grammar.amounts import begins_with_symbol
from handlers._grammar.durations import duration_of, is_unit, looks_like_duration
from handlers._grammar.kinds import KINDS
from handlers._grammar.listing import shortened
from handlers._grammar.numerals import numeral
from handlers._grammar.symbols import (
    BEFORE_OPTIONS,
    COURTESIES,
    FILLERS,
    FILLERS_ELSEWHERE,
    LEAD_INS,
    LONG,
    MULTIPLES,
    ONE_BACK,
    SHORT,
    WELL_KNOWN,
)
from handlers._grammar.syntax import Syntax
from handlers._grammar.words import Piece, Question, Value

_DIGITS_THEN_LETTERS = re.compile(r"(\d+)([^\W\d_][^\W_]*).*")


@dataclass(frozen=True, slots=True)
class Cursor:
    """One word of a question, and those after it."""

    question: Question
    syntax: Syntax
    at: int

    @property
    def word(self) -> str:
        """The word here; empty behind the end."""
        return self.question.words[self.at] if self.at < len(self.question.words) else ""

    @property
    def next_word(self) -> str:
        """The word after this one; empty at the end."""
        return self.moved(1).word

    @property
    def shown(self) -> str:
        """The word as a sentence quotes it."""
        return shortened(self.word)

    @property
    def is_filler(self) -> bool:
        """Whether this word says nothing that the order of the others does not say."""
        word = self.word.casefold()
        polite = word in COURTESIES or (word == "por" and self.next_word.casefold() == "favor")
        leads = self.leads_in or (self.word in BEFORE_OPTIONS and self.moved(1).is_option)
        return word in FILLERS or self.word in FILLERS_ELSEWHERE or polite or leads

    @property
    def is_option(self) -> bool:
        """Whether this word alone can only be the value of an option: a venue, ``5x``."""
        return any(option.bare(self.word) for option in self.syntax.options)

    @property
    def names_market(self) -> bool:
        """Whether this word, by its looks, names a market."""
        word = self.word
        if word[:1] == "$":
            return word[1:2].isalpha()
        if begins_with_symbol(word, self.syntax.leading_digits) or word[:1].isalpha():
            return True
        if self.syntax.amounts:
            return False
        return word in self.syntax.leading_digits or self._is_bundle

    @property
    def is_market(self) -> bool:
        """Whether this word names a market and means nothing else."""
        word = self.word.casefold()
        reserved = "=" in word or self.is_filler or word in self.syntax.switches | KINDS
        reserved = reserved or (self.syntax.amounts and word in LONG | SHORT)
        own = any(reader(self.word) is not None for reader in self.syntax.readers)
        return not reserved and not self.is_option and not own and self.names_market

    @property
    def next_is_market(self) -> bool:
        """Whether the next word names a market and means nothing else."""
        return self.moved(1).is_market

    @property
    def leads_in(self) -> bool:
        """Whether only such words stand between this one and a length of time: ``the last 30d``."""
        if self.word.casefold() not in LEAD_INS or not self.next_word:
            return False
        following = self.moved(1)
        word = following.word
        counts = word.isdecimal() or word.casefold() in ONE_BACK or numeral(word) is not None
        is_length = looks_like_duration(word) or (counts and is_unit(following.next_word))
        return is_length or following.leads_in

    @property
    def _is_bundle(self) -> bool:
        """Digits and letters that may be one ticker, where nothing can be counted anyway."""
        match = _DIGITS_THEN_LETTERS.fullmatch(self.word)
        if match is None or duration_of(self.word) is not None:
            return False
        return match[1] in MULTIPLES or match[2].upper() not in WELL_KNOWN

    def moved(self, by: int) -> "Cursor":
        """The cursor some words further."""
        return Cursor(self.question, self.syntax, self.at + by)

    def piece(self, value: Value, *, words: int = 1, note: str | None = None) -> Piece:
        """A meaning for this word and those that belong to it."""
        return Piece(value, self.at, self.at + words, note)
