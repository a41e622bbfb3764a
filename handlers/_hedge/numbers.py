"""A studied hedge as plain values: fractions, dollars, coins."""

from analytics.market.windows import DAY
from analytics.statistics.estimate import Interval
from analytics.studies.hedges import HedgeStudy
from handlers._funding import FundingFacts
from handlers._hedge.upkeep_words import Keeping, tail_numbers, upkeep_numbers
from handlers._reply import Json


def numbers(study: HedgeStudy, funding: FundingFacts, keep: Keeping) -> dict[str, Json]:
    """The study for machines: fractions, dollars, coins."""
    sizing, tested, history = study.sizing, study.tested, study.history
    income = funding.carry.received_by(sizing.side) if funding.carry else None
    volatility = study.daily_volatility
    return {
        "command": "hedge",
        "holding": {"coins": study.holding.coins, "base": study.holding.base},
        "markets": [f"{market.venue}:{market.symbol}" for market in history.markets],
        "prices": history.origin.name,
        "as_of": history.last_close.isoformat(),
        "window_days": history.window / DAY,
        "bar_seconds": history.bar.total_seconds(),
        "spot": study.spot,
        "price": study.price,
        "side": str(sizing.side),
        "contracts": sizing.contracts,
        "exact_contracts": sizing.exact_contracts,
        "contract_size": study.market.contract_size,
        "coins": sizing.coins,
        "notional_usd": sizing.notional_usd,
        "residual_coins": sizing.residual_coins,
        "residual_usd": sizing.residual_usd,
        "neutralises": study.neutralises,
        "share": study.terms.share,
        "doubt": None if study.doubt is None else str(study.doubt),
        "hedge_ratio": {
            "value": study.estimate.value,
            **_ends(study.estimate.interval),
            "n": study.estimate.n_observations,
        },
        "effectiveness": {
            "in_sample": study.in_sample,
            "out_of_sample": None
            if tested is None
            else {"value": tested.value, **_ends(tested.interval), "days": tested.n_days},
            "next_window": None
            if study.likely is None
            else {
                "low": study.likely.low,
                "high": study.likely.high,
                "level": study.likely.level,
            },
        },
        "daily_volatility": None if volatility is None else list(volatility),
        "worst_days": [[day.unhedged, day.hedged] for day in study.worst],
        "funding_apr": None
        if income is None
        else {"value": income.value, **_ends(income.interval)},
        "hold_bars": study.terms.hold,
        "tail": tail_numbers(study.tail),
        **upkeep_numbers(study.upkeep, study.value_usd, keep),
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _ends(interval: Interval) -> dict[str, Json]:
    return {"low": interval.low, "high": interval.high, "level": interval.level}
