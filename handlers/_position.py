"""A holding and the contracts against it, in the units that a study counts in."""

from analytics.market.histories import History
from analytics.positions.lots import exact, whole_lots
from analytics.studies.drifts import Position
from analytics.studies.hedges import CONTRACT, HELD
from handlers._grammar import Holding, Unit


def held_position(
    holding: Holding,
    hedge: Holding,
    history: History,
    *,
    entry: float | None = None,
    collateral: float | None = None,
    leverage: float | None = None,
) -> Position:
    """The position at the last close, contracts in whole lots; amounts in dollars are of today."""
    market, last = history.markets[CONTRACT], history.closes[-1].tolist()
    spot, price = last[HELD], last[CONTRACT]
    coins = holding.quantity / spot if holding.unit is Unit.DOLLARS else holding.quantity
    amount = hedge.quantity
    if hedge.unit is not Unit.CONTRACTS:
        worth = (entry or price) if market.inverse else 1.0
        if hedge.unit is Unit.DOLLARS:
            worth = 1.0 if market.inverse else 1 / price
        amount *= worth / market.contract_size
    whole = float(whole_lots(abs(exact(amount)), market))
    return Position(
        coins=coins,
        contracts=-whole if amount < 0 else whole,
        entry=entry if market.inverse else None,
        collateral=collateral,
        leverage=leverage,
    )
