"""A studied hedge of several holdings or legs as plain values: fractions, dollars, coins."""

from collections.abc import Sequence

from analytics.studies.legs import Leg
from analytics.studies.portfolios import PortfolioStudy
from handlers import _numbers as plain
from handlers._funding import FundingFacts
from handlers._hedge.upkeep_words import Keeping, tail_numbers, upkeep_numbers
from handlers._reply import Json


def numbers(
    study: PortfolioStudy, funding: Sequence[FundingFacts], keep: Keeping
) -> dict[str, Json]:
    """The study for machines."""
    history, basket, tested = study.history, study.basket, study.tested
    volatility, likely = study.daily_volatility, study.likely
    return {
        "command": "hedge",
        "holdings": [
            {"coins": coins, "base": market.base}
            for coins, market in zip(basket.coins, basket.held_markets, strict=True)
        ],
        "markets": plain.names(history.markets),
        **plain.source(history),
        "value_usd": study.value_usd,
        "share": basket.share,
        "hold_bars": basket.hold,
        "doubt": None if study.doubt is None else str(study.doubt),
        "legs": [_leg(leg, paid) for leg, paid in zip(study.legs, funding, strict=True)],
        "left_out": [
            {
                "market": one.market.full_name,
                "reason": str(one.reason),
                "number": one.number,
            }
            for one in study.left_out
        ],
        "shrinkage": study.ratios.shrinkage,
        "effectiveness": {
            "in_sample": study.in_sample,
            "out_of_sample": None
            if tested is None
            else {**plain.estimate(tested), "days": tested.n_days},
            "next_window": None if likely is None else plain.interval(likely.interval),
        },
        "tail": tail_numbers(study.tail),
        "daily_volatility": None if volatility is None else list(volatility),
        "worst_days": [[day.unhedged, day.hedged] for day in study.worst],
        **upkeep_numbers(study.upkeep, study.value_usd, keep),
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _leg(leg: Leg, funding: FundingFacts) -> dict[str, Json]:
    income = funding.carry.received_by(leg.side) if funding.carry else None
    return {
        "market": leg.market.full_name,
        "side": str(leg.side),
        "contracts": leg.contracts,
        "exact_contracts": leg.exact_contracts,
        "coins": leg.coins,
        "notional_usd": leg.notional_usd,
        "price": leg.price,
        "ratio": leg.ratio,
        "hedge_ratio": plain.estimate(leg.estimate),
        "band_coins": list(leg.band_coins),
        "margin_coins": leg.margin_coins,
        "funding_apr": None if income is None else plain.estimate(income),
    }
