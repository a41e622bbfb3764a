"""What people name: an asset, or a contract on it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What is traded: the coin itself, or a promise about it."""

    SPOT = "SPOT"
    PERP = "PERP"
    """Linear perpetual: margin and profit in a dollar coin."""
    INVERSE = "INV"
    """Coin-margined perpetual: a fixed number of dollars a contract, margin and profit in coins."""
    FUTURE = "FUT"
    """Dated future, linear or inverse."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A market as it was asked for, before a venue was looked at.

    ``quote``, ``settle`` and ``venue`` are None where the asker left the choice to us.
    ``text`` is what was typed; it takes no part in equality.
    """

    base: str
    kind: Kind = Kind.SPOT
    quote: str | None = None
    settle: str | None = None
    expiry: date | None = None
    venue: str | None = None
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The canonical spelling, which the grammar reads back to an equal value."""
        if self.quote is None:
            suffix = {Kind.SPOT: "", Kind.FUTURE: f"-{_spelled(self.expiry)}"}.get(
                self.kind, f"-{self.kind}"
            )
            name = self.base + suffix
        else:
            settle = f":{self.settle}" if self.settle else ""
            expiry = f"-{self.expiry:%y%m%d}" if self.expiry else ""
            name = f"{self.base}/{self.quote}{settle}{expiry}"
        return f"{self.venue}:{name}" if self.venue else name


def _spelled(expiry: date | None) -> str:
    return f"{expiry:%d%b%y}".upper() if expiry else "FUT"
