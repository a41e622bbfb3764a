"""Why a holding cannot be hedged as asked."""

from dataclasses import dataclass

from analytics.errors import RequestError
from analytics.language import tr
from analytics.language.numbers import localised
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
        order = tr("one contract") if smallest_order(market) == 1 else tr("the smallest order")
        sentence = tr(
            "{plain} {base} is {dollars}; {order} is {dollars_2}. Nothing to hedge.",
            plain=_plain(abs(holding.coins)),
            base=holding.base,
            dollars=_dollars(value_usd),
            order=order,
            dollars_2=_dollars(smallest_usd),
        )
        if smallest_coins is not None:
            sentence += tr(
                " Smallest: {plain} {base}.", plain=_plain(smallest_coins), base=holding.base
            )
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
            tr(
                "What you hold is {dollars}; the smallest order of {short_name} is {dollars_2}. "
                "Nothing to hedge.",
                dollars=_dollars(value_usd),
                short_name=market.short_name,
                dollars_2=_dollars(smallest_usd),
            )
        )
        self.market = market
        self.growth = growth


class NothingToHedgeError(RequestError):
    """Nothing is held, or the hedge ratio is zero."""

    def __init__(self, coins: float) -> None:
        super().__init__(
            tr("You hold nothing: nothing to hedge.")
            if coins == 0
            else tr("The hedge ratio is 0: this market does not hedge that holding at all.")
        )


class LeverageError(RequestError):
    """At this leverage the margin outweighs the hedge."""

    def __init__(self, leverage: float) -> None:
        super().__init__(
            tr(
                "At {leverage}× the coins posted as margin are as large as the hedge itself. Use a "
                "leverage above 1, such as lev=3.",
                leverage=localised(f"{leverage:g}"),
            )
        )
        self.leverage = leverage


class CollateralNeededError(RequestError):
    """The size depends on the coins posted as margin, and they were not given."""

    def __init__(self, coin: str) -> None:
        super().__init__(
            tr(
                "The {coin} you post as margin is itself to be hedged. Say how much: coll=0.5{coin} "
                "or lev=3.",
                coin=coin,
            )
        )
        self.coin = coin


def _plain(coins: float) -> str:
    text = f"{exact(float(f'{coins:.6g}')) if coins < 1 else exact(coins):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dollars(value: float) -> str:
    return localised(f"${value:,.0f}" if value >= 1 else f"${value:.2g}")
