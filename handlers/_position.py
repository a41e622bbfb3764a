"""A holding and the contracts against it, in the units that a study counts in."""

from analytics.market.histories import History
from analytics.positions.lots import exact, whole_lots
from analytics.studies.drifts import Position
from analytics.studies.hedges import CONTRACT, HELD
from handlers._grammar import Amount, Holding, Unit
from handlers._held import margin_in


def held_position(
    holding: Holding,
    hedge: Holding,
    history: History,
    *,
    entry: float | None = None,
    collateral: Amount | None = None,
    leverage: float | None = None,
) -> Position:
    """The position at the last close, contracts in whole lots; amounts in dollars are of today.

    Raises
    ------
    UsageError
        The contract does not take that collateral.

    """
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
        collateral=None if collateral is None else _posted(collateral, history),
        leverage=leverage,
    )


def _posted(collateral: Amount, history: History) -> float:
    market, last = history.markets[CONTRACT], history.closes[-1].tolist()
    known = {one.base: close for one, close in zip(history.markets, last, strict=True)}
    return margin_in(collateral, inverse=market.inverse, prices=known, coin=market.base)
