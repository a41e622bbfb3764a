"""What a change means for the position behind an alert: its hedge now, and the new target."""

from dataclasses import dataclass

from analytics.language import tr
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.positions.refusals import NothingToHedgeError, TooSmallError
from analytics.statistics.estimate import Interval
from analytics.studies.drifts import target_sizing, target_span
from analytics.studies.hedges import CONTRACT, needs_margin_price
from analytics.studies.readings import HedgeNow
from handlers import _format as text
from handlers._position import held_position
from handlers._watch.measure import Measure


@dataclass(frozen=True, slots=True)
class Target:
    """A hedge as it stands, and as the markets call for now; coins of the contract, signed.

    ``span`` is where the target probably is; None for a contract that neutralises the held coin
    itself, whatever ratio was estimated.
    """

    market: Market
    price: float
    now: float
    wanted: float
    span: Interval | None = None

    @property
    def change(self) -> float | None:
        """The new size over the old one, less 1; None where the hedge is on the wrong side."""
        return self.wanted / self.now - 1 if self.wanted * self.now > 0 else None

    @property
    def now_words(self) -> str:
        """The hedge as it stands: ``−2.48 BTC``, ``−1,499 contracts``."""
        return self._spelled(self.now)

    @property
    def wanted_words(self) -> str:
        """The new target in whole lots, and by how much that is more or less."""
        size = self._spelled(self.wanted)
        if self.change is None:
            return size
        return f"{size} ({text.percent(self.change, signed=True)})"

    @property
    def span_words(self) -> str | None:
        """Where the target probably is: ``−0.830 to −0.710``."""
        if self.span is None:
            return None
        return text.coin_range(self._counted(self.span), step=self._step)

    def _counted(self, coins: Interval) -> Interval:
        size = self._size
        return Interval(coins.low / size, coins.high / size, coins.level)

    def _spelled(self, coins: float) -> str:
        unit = "c" if self.market.inverse else f" {self.market.base}"
        return text.coins(coins / self._size, step=self._step) + unit

    @property
    def _size(self) -> float:
        """Coins in one of what the size is counted in: a coin-margined contract, else a coin."""
        return self.market.contract_size / self.price if self.market.inverse else 1.0

    @property
    def _step(self) -> float:
        return self.market.lot * (1.0 if self.market.inverse else self.market.contract_size)


def target(measure: Measure, hedge: HedgeNow, history: History) -> Target | None:
    """The target of a position at the last prices, as /drift and /size count it.

    A contract on the held coin itself neutralises it, whatever ratio was estimated. None where the
    size depends on a margin that nobody named.
    """
    held, market = history.markets[:2]
    if needs_margin_price(held, market) and not measure.margin:
        return None
    price = float(history.closes[-1, CONTRACT])
    holding, contract = measure.holdings
    position = held_position(
        holding, contract, history, collateral=measure.collateral, leverage=measure.leverage
    )
    is_own = market.inverse and market.base == held.base
    try:
        sized = target_sizing(history, position, 1.0 if is_own else hedge.ratio.value)
        contracts = sized.side.sign * sized.contracts
    except (NothingToHedgeError, TooSmallError):
        contracts = 0.0
    return Target(
        market=market,
        price=price,
        now=_coins_of(position.contracts, market, price),
        wanted=_coins_of(contracts, market, price),
        span=None if is_own else target_span(history, position, hedge.ratio.interval),
    )


def unsized(measure: Measure) -> tuple[str, ...]:
    """Why there is no target for a position in a contract that another coin margins."""
    if not measure.holdings or measure.margin:
        return ()
    held, hedge = (holding.instrument for holding in measure.holdings)
    if hedge.kind is not Kind.INVERSE or hedge.base == held.base:
        return ()
    return (
        tr(
            "The {coin} you post as margin is itself to be hedged: with lev=3 or coll=0.5{coin} in the "
            "alert I say the new target.",
            coin=hedge.base,
        ),
    )


def _coins_of(contracts: float, market: Market, price: float) -> float:
    return contracts * market.contract_size / (price if market.inverse else 1.0)
