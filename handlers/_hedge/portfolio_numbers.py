"""A studied hedge of several holdings or legs as plain values: fractions, dollars, coins."""

from collections.abc import Sequence

from analytics.market.windows import DAY
from analytics.statistics.estimate import Interval
from analytics.studies.legs import Leg
from analytics.studies.portfolios import PortfolioStudy
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
        "markets": [f"{market.venue}:{market.symbol}" for market in history.markets],
        "prices": history.origin.name,
        "as_of": history.last_close.isoformat(),
        "window_days": history.window / DAY,
        "bar_seconds": history.bar.total_seconds(),
        "value_usd": study.value_usd,
        "share": basket.share,
        "hold_bars": basket.hold,
        "doubt": None if study.doubt is None else str(study.doubt),
        "legs": [_leg(leg, paid) for leg, paid in zip(study.legs, funding, strict=True)],
        "left_out": [
            {
                "market": f"{one.market.venue}:{one.market.symbol}",
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
            else {"value": tested.value, **_ends(tested.interval), "days": tested.n_days},
            "next_window": None
            if likely is None
            else {"low": likely.low, "high": likely.high, "level": likely.level},
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
        "market": f"{leg.market.venue}:{leg.market.symbol}",
        "side": str(leg.side),
        "contracts": leg.contracts,
        "exact_contracts": leg.exact_contracts,
        "coins": leg.coins,
        "notional_usd": leg.notional_usd,
        "price": leg.price,
        "ratio": leg.ratio,
        "hedge_ratio": {"value": leg.estimate.value, **_ends(leg.estimate.interval)},
        "band_coins": list(leg.band_coins),
        "margin_coins": leg.margin_coins,
        "funding_apr": None
        if income is None
        else {"value": income.value, **_ends(income.interval)},
    }


def _ends(interval: Interval) -> dict[str, Json]:
    return {"low": interval.low, "high": interval.high, "level": interval.level}
