"""Why a holding cannot be hedged as asked."""

from dataclasses import dataclass

from analytics.errors import RequestError
from analytics.market.markets import Market
from analytics.positions.lots import exact, smallest_order


@dataclass(frozen=True, slots=True)
class Holding:
    """Coins of an asset that are to be hedged; negative where they are owed."""

    coins: float
    base: str


class TooSmallError(RequestError):
    """The holding calls for less than the smallest order of the market.

    ``smallest_coins`` is the smallest holding that does not; None where a larger one would not
    help either.
    """

    def __init__(
        self,
        holding: Holding,
        market: Market,
        *,
        value_usd: float,
        smallest_usd: float,
        smallest_coins: float | None,
    ) -> None:
        order = "one contract" if smallest_order(market) == 1 else "the smallest order"
        sentence = (
            f"{_plain(abs(holding.coins))} {holding.base} is {_dollars(value_usd)}; "
            f"{order} is {_dollars(smallest_usd)}. Nothing to hedge."
        )
        if smallest_coins is not None:
            sentence += f" Smallest: {_plain(smallest_coins)} {holding.base}."
        super().__init__(sentence)
        self.holding = holding
        self.market = market
        self.smallest_usd = smallest_usd
        self.smallest_coins = smallest_coins


class TooSmallBasketError(RequestError):
    """Several holdings call for less than the smallest order of any leg.

    ``growth`` is by what they would have to grow.
    """

    def __init__(
        self, market: Market, *, value_usd: float, smallest_usd: float, growth: float
    ) -> None:
        super().__init__(
            f"What you hold is {_dollars(value_usd)}; the smallest order of {market.short_name} "
            f"is {_dollars(smallest_usd)}. Nothing to hedge."
        )
        self.market = market
        self.growth = growth


class NothingToHedgeError(RequestError):
    """Nothing is held, or the hedge ratio is zero."""

    def __init__(self, coins: float) -> None:
        super().__init__(
            "You hold nothing: nothing to hedge."
            if coins == 0
            else "The hedge ratio is 0: this market does not hedge that holding at all."
        )


class LeverageError(RequestError):
    """At this leverage the margin outweighs the hedge."""

    def __init__(self, leverage: float) -> None:
        super().__init__(
            f"At {leverage:g}× the coins posted as margin are as large as the hedge itself. "
            "Use a leverage above 1, such as lev=3."
        )
        self.leverage = leverage


class CollateralNeededError(RequestError):
    """The size depends on the coins posted as margin, and they were not given."""

    def __init__(self, coin: str) -> None:
        super().__init__(
            f"The {coin} you post as margin is itself to be hedged. "
            f"Say how much: coll=0.5{coin} or lev=3."
        )
        self.coin = coin


def _plain(coins: float) -> str:
    text = f"{exact(float(f'{coins:.6g}')) if coins < 1 else exact(coins):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dollars(value: float) -> str:
    return f"${value:,.0f}" if value >= 1 else f"${value:.2g}"
