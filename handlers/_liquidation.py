"""At which price a hedge would be closed by force, in words."""

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.positions.liquidation import (
    USUAL_MAINTENANCE_RATE,
    Liquidation,
    leveraged_liquidation,
    liquidation,
)
from analytics.positions.profit import Side
from analytics.studies.hedges import HedgeStudy
from handlers import _format as text
from handlers._reply import Fact

SHOWN_LEVERAGE = 3.0
"""At which the liquidation price is shown where the asker names none."""


def liquidation_fact(study: HedgeStudy) -> Fact:
    """The price with the margin that the asker named; else with all coins, or an example's.

    Raises
    ------
    ThinMarginError
        The margin is below maintenance from the start.

    """
    terms, sizing, market = study.terms, study.sizing, study.market
    if terms.collateral is not None:
        coins = f"{text.coins(terms.collateral)} {market.base}"
        amount = coins if market.inverse else text.usd(terms.collateral)
        return _fact(_with_collateral(study, terms.collateral), tr("with {amount}", amount=amount))
    if terms.leverage is not None:
        return _fact(
            _at(study, terms.leverage),
            tr("at {leverage}×", leverage=localised(f"{terms.leverage:g}")),
        )
    example = _at(study, SHOWN_LEVERAGE)
    if not market.inverse or market.base != study.holding.base or sizing.side is Side.LONG:
        return _fact(example, tr("e.g. at {shown_leverage}×", shown_leverage=f"{SHOWN_LEVERAGE:g}"))
    coins = f"{text.coins(study.holding.coins)} {market.base}"
    return Fact(
        tr("Liquidation"),
        tr("none"),
        (
            tr("if all {coins}", coins=coins),
            tr("are posted; at {shown_leverage}×", shown_leverage=f"{SHOWN_LEVERAGE:g}"),
            *_price(example),
        ),
    )


def _at(study: HedgeStudy, leverage: float) -> Liquidation | None:
    return leveraged_liquidation(
        study.market,
        entry=study.price,
        leverage=leverage,
        maintenance_rate=_maintenance(study),
        side=study.sizing.side,
    )


def _with_collateral(study: HedgeStudy, collateral: float) -> Liquidation | None:
    return liquidation(
        study.market,
        contracts=study.sizing.contracts,
        entry=study.price,
        collateral=collateral,
        maintenance_rate=_maintenance(study),
        side=study.sizing.side,
    )


def _maintenance(study: HedgeStudy) -> float:
    rate = study.market.maintenance_rate
    return USUAL_MAINTENANCE_RATE if rate is None else rate


def _fact(found: Liquidation | None, condition: str) -> Fact:
    if found is None:
        return Fact(tr("Liquidation"), tr("never"), (condition,))
    move = text.percent(found.move, signed=True)
    return Fact(tr("Liquidation"), text.price(found.price), (f"({move}) {condition}",))


def _price(found: Liquidation | None) -> tuple[str, ...]:
    if found is None:
        return ()
    return (f"{text.price(found.price)} ({text.percent(found.move, signed=True)})",)
