"""A market as every venue means it, before any venue's own wording."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One market of one venue.

    `step`, `minimum` and `maximum` count what the venue's orders count: base units on spot and
    on linear contracts of size 1, contracts elsewhere. `asset` names the price path, which is
    the base except where two different coins share a ticker.
    """

    venue: str
    base: str
    quote: str
    settle: str = ""
    expiry: datetime | None = None
    contract_size: float = 1.0
    step: float
    minimum: float
    maximum: float
    min_cost: float
    tick: float
    active: bool = True
    listed: datetime
    ended: datetime | None = None
    asset: str
    units: int = 1

    @property
    def spot(self) -> bool:
        return not self.settle

    @property
    def inverse(self) -> bool:
        return bool(self.settle) and self.settle == self.base

    @property
    def linear(self) -> bool:
        return bool(self.settle) and not self.inverse

    @property
    def kind(self) -> str:
        return "spot" if self.spot else "inverse" if self.inverse else "linear"

    @property
    def perpetual(self) -> bool:
        return bool(self.settle) and self.expiry is None

    @property
    def symbol(self) -> str:
        """Name in ccxt's spelling."""
        pair = f"{self.base}/{self.quote}"
        if self.spot:
            return pair
        dated = f"-{self.expiry:%y%m%d}" if self.expiry else ""
        return f"{pair}:{self.settle}{dated}"
