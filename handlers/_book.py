"""Saved positions: what they are, where they are kept, and how a name stands for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Protocol

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Kind
from analytics.market.nicknames import meant_by
from handlers._errors import UsageError
from handlers._grammar import Holding, Syntax, read
from handlers._grammar.durations import duration_of
from handlers._grammar.symbols import WELL_KNOWN

NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")

POSITION = Syntax(
    command="book add",
    example="/book add main 40 ETH -2.48 BTC-PERP",
    options=(),
    switches=frozenset(),
    amounts=True,
    most_durations=0,
)


class BookForm(Enum):
    """What a saved name stands for in a question."""

    WHOLE = auto()
    """All amounts: ``40 ETH -2.48 BTC-PERP``."""
    TO_HEDGE = auto()
    """What is held, and the contracts without amounts: ``40 ETH BTC-PERP``."""
    MARKETS = auto()
    """Only the markets: ``ETH BTC-PERP``."""


@dataclass(frozen=True, slots=True)
class SavedPosition:
    """A name and what it stands for, in canonical words."""

    name: str
    holdings: tuple[Holding, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.holdings))

    def written(self, form: BookForm) -> str:
        """The position as words of a question."""
        match form:
            case BookForm.WHOLE:
                return str(self)
            case BookForm.TO_HEDGE:
                held = [str(h) for h in self.holdings if not _is_contract(h)]
                contracts = [str(h.instrument) for h in self.holdings if _is_contract(h)]
                return " ".join((*held, *contracts))
            case BookForm.MARKETS:
                return " ".join(str(holding.instrument) for holding in self.holdings)


class Book(Protocol):
    """Keeps positions of their owners; nobody sees another's."""

    async def positions(self, owner_id: int) -> Mapping[str, SavedPosition]:
        """All positions of an owner by name."""

    async def save(self, owner_id: int, position: SavedPosition) -> None:
        """Keep a position, in place of one with the same name."""

    async def delete(self, owner_id: int, name: str) -> bool:
        """Forget a position; False where there is none of that name."""


def position_of(text: str) -> tuple[Holding, ...]:
    """Read the holdings of a position.

    Raises
    ------
    RequestError
        There is none, or something else stands among them.

    """
    words = read(text, POSITION)
    if words.assets:
        named = words.assets[0]
        raise UsageError(
            tr(
                "How much {named}? A position has amounts: `{example}`",
                named=named,
                example=POSITION.example,
            )
        )
    if not words.holdings:
        raise UsageError(tr("I need amounts, for example `{example}`", example=POSITION.example))
    return tuple(replace(h, instrument=replace(h.instrument, text="")) for h in words.holdings)


def name_in(text: str) -> str | None:
    """The only word of a question that could be the name of a position; None where there is more."""
    words = text.split()
    first = words[0].casefold() if words else ""
    others = (duration_of(word) is not None or "=" in word for word in words[1:])
    is_ticker = first.upper() in WELL_KNOWN or meant_by(first.upper()) is not None
    return first if NAME.fullmatch(first) and not is_ticker and all(others) else None


def no_such_position(name: str, example: str) -> UsageError:
    """That nothing is saved under a name, and how it would be."""
    return UsageError(
        tr(
            "You have saved no position called {name}. For example `{saving}`, or with amounts: "
            "`{example}`",
            name=name,
            saving=f"/book add {name} 40 ETH -2.48 BTC-PERP",
            example=example,
        ),
        corrections=(Correction(tr("My positions"), "/book"),),
    )


def expanded(text: str, saved: Mapping[str, SavedPosition], form: BookForm) -> str:
    """The words of a question with every saved name replaced by what it stands for."""
    words = [
        saved[word.casefold()].written(form) if word.casefold() in saved else word
        for word in text.split()
    ]
    return " ".join(words)


def _is_contract(holding: Holding) -> bool:
    return holding.instrument.kind is not Kind.SPOT
