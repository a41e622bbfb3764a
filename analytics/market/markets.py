"""A tradable market of one venue, with the arithmetic of its contract."""

from dataclasses import dataclass
from datetime import datetime

from analytics.market.instruments import Kind


@dataclass(frozen=True, slots=True)
class Market:
    """One market of one venue.

    Attributes
    ----------
    symbol
        The unified spelling of ccxt: ``BTC/USDT``, ``BTC/USDT:USDT``, ``BTC/USD:BTC-270326``.
    contract_size
        Linear: coins of ``base`` a contract. Inverse: units of ``quote`` (dollars) a contract.
        Spot: 1.
    lot, minimum
        Smallest step and smallest amount of an order, in contracts (spot: in coins).
    taker_fee
        Fraction of the notional; None where the venue does not say.
    maintenance_rate
        Maintenance margin as a fraction of the notional at the smallest tier; None where unknown.
    listed
        When trading began; None where unknown.
    coin_name
        The coin's name where two coins share the ticker.
    """

    venue: str
    symbol: str
    base: str
    quote: str
    kind: Kind
    settle: str | None = None
    expiry: datetime | None = None
    contract_size: float = 1.0
    lot: float = 1e-8
    minimum: float = 0.0
    taker_fee: float | None = None
    maintenance_rate: float | None = None
    active: bool = True
    listed: datetime | None = None
    coin_name: str | None = None

    @property
    def inverse(self) -> bool:
        """Whether margin and profit are paid in the coin itself."""
        return self.settle is not None and self.settle == self.base

    @property
    def is_contract(self) -> bool:
        """Whether it is a promise (can be sold short) rather than the coin."""
        return self.kind is not Kind.SPOT

    @property
    def full_name(self) -> str:
        """As only this market is called, and as it can be typed: ``binance:BTC/USDT:USDT``."""
        return f"{self.venue}:{self.symbol}"

    @property
    def short_name(self) -> str:
        """As people say it: ``BTC``, ``ETH-PERP``, ``BTC-INV``, ``BTC-26MAR27``."""
        match self.kind:
            case Kind.SPOT:
                return self.base
            case Kind.FUTURE:
                return f"{self.base}-{self.expiry:%d%b%y}".upper() if self.expiry else self.base
            case kind:
                return f"{self.base}-{kind}"
