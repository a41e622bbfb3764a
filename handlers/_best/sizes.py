"""How much of a ranked hedge a holding calls for."""

from analytics.errors import RequestError
from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.bundles import units
from analytics.market.histories import History
from analytics.positions.contracts import inverse_sizing, linear_sizing
from analytics.positions.profit import Side
from analytics.positions.refusals import Holding as Held
from analytics.studies.best_hedges import RankedHedge
from handlers import _format as text
from handlers._grammar import Holding, Unit


def units_held(holding: Holding | None, history: History) -> float | None:
    """Units of the held market, negative when short; None where no amount was named."""
    if holding is None:
        return None
    market, price = history.markets[0], float(history.closes[-1, 0])
    match holding.unit:
        case Unit.DOLLARS:
            return holding.quantity / price
        case Unit.COINS:
            return holding.quantity / units(holding.instrument, market)
        case Unit.CONTRACTS:
            return holding.quantity * market.contract_size / (price if market.inverse else 1.0)


def size_of(hedge: RankedHedge, history: History, coins: float | None) -> str | None:
    """The order in a few characters; None where no amount is held."""
    if coins is None:
        return None
    market, ratio, spot = hedge.market, hedge.ratio.value, float(history.closes[-1, 0])
    side = Side.SHORT if coins * ratio > 0 else Side.LONG
    holding = Held(coins, history.markets[0].base)
    try:
        if not market.inverse:
            sizing = linear_sizing(holding, market, spot=spot, price=hedge.price, ratio=ratio)
            step = market.lot * market.contract_size
            return f"{side} {text.coins(sizing.coins, step=step)}"
        if market.base == holding.base:
            sizing = inverse_sizing(holding, market, price=hedge.price)
            return localised(f"{side} {sizing.contracts:,.0f} × ${market.contract_size:g}")
    except RequestError:
        return tr("below one contract")
    return tr("{side} {amount}+margin", side=side, amount=text.usd(abs(coins * ratio * spot)))
