"""Amounts: so many coins, dollars or contracts of something."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.market.instruments import Instrument
from handlers._grammar.quantities import written


class Unit(StrEnum):
    """What an amount counts."""

    COINS = "coins"
    DOLLARS = "dollars"
    CONTRACTS = "contracts"


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a coin; ``coin`` is None for dollars."""

    quantity: float
    unit: Unit
    coin: str | None = None

    def __str__(self) -> str:
        return _spelled(self.quantity, self.unit) + (self.coin or "")


@dataclass(frozen=True, slots=True)
class Holding:
    """A position: so many coins, dollars or contracts of an instrument, negative when short."""

    quantity: float
    unit: Unit
    instrument: Instrument

    def __str__(self) -> str:
        """The canonical spelling, which the grammar reads back to an equal value."""
        return f"{self.amount} {self.instrument}"

    @property
    def amount(self) -> str:
        """The amount alone: ``-3``, ``$25000``, ``1499c``."""
        return _spelled(self.quantity, self.unit)


def _spelled(quantity: float, unit: Unit) -> str:
    sign = "-" if quantity < 0 else ""
    number = written(abs(quantity))
    match unit:
        case Unit.DOLLARS:
            return f"{sign}${number}"
        case Unit.CONTRACTS:
            return f"{sign}{number}c"
        case Unit.COINS:
            return f"{sign}{number}"
