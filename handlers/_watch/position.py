"""What a change means for the position behind an alert: its hedge now, and the new target."""

from dataclasses import dataclass

from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.positions.lots import exact, whole_lots
from analytics.studies.hedges import CONTRACT, HELD
from analytics.studies.readings import HedgeNow
from handlers import _format as text
from handlers._grammar import Holding, Unit


@dataclass(frozen=True, slots=True)
class Target:
    """A hedge as it stands, and as the markets call for now; coins of the contract, signed."""

    market: Market
    price: float
    now: float
    wanted: float

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

    def _spelled(self, coins: float) -> str:
        market = self.market
        if market.inverse:
            contracts = coins * self.price / market.contract_size
            return f"{text.coins(contracts, step=market.lot)}c"
        return f"{text.coins(coins, step=market.lot * market.contract_size)} {market.base}"


def target(holdings: tuple[Holding, ...], hedge: HedgeNow, history: History) -> Target:
    """The target of a position at the last prices: ``ratio`` of the held value, in whole lots."""
    held, contract = holdings[0], holdings[-1]
    last = history.closes[-1].tolist()
    market, price = history.markets[CONTRACT], last[CONTRACT]
    value = held.quantity * (1.0 if held.unit is Unit.DOLLARS else last[HELD])
    coins = -hedge.ratio * value / price
    lots = float(whole_lots(abs(exact(_contracts(coins, market, price))), market))
    return Target(
        market=market,
        price=price,
        now=_coins(contract, market, price),
        wanted=_coins_of(lots if coins > 0 else -lots, market, price),
    )


def _coins(contract: Holding, market: Market, price: float) -> float:
    match contract.unit:
        case Unit.COINS:
            return contract.quantity
        case Unit.DOLLARS:
            return contract.quantity / price
        case Unit.CONTRACTS:
            return _coins_of(contract.quantity, market, price)


def _coins_of(contracts: float, market: Market, price: float) -> float:
    return contracts * market.contract_size / (price if market.inverse else 1.0)


def _contracts(coins: float, market: Market, price: float) -> float:
    return coins * (price if market.inverse else 1.0) / market.contract_size
