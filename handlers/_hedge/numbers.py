"""A studied hedge as plain values: fractions, dollars, coins."""

from analytics.studies.hedges import HedgeStudy
from handlers import _numbers as plain
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
        "markets": plain.names(history.markets),
        **plain.source(history),
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
            **plain.estimate(study.estimate),
            "n": study.estimate.n_observations,
        },
        "effectiveness": {
            "in_sample": study.in_sample,
            "out_of_sample": None
            if tested is None
            else {**plain.estimate(tested), "days": tested.n_days},
            "next_window": None if study.likely is None else plain.interval(study.likely.interval),
        },
        "daily_volatility": None if volatility is None else list(volatility),
        "worst_days": [[day.unhedged, day.hedged] for day in study.worst],
        "funding_apr": None if income is None else plain.estimate(income),
        "hold_bars": study.terms.hold,
        "tail": tail_numbers(study.tail),
        **upkeep_numbers(study.upkeep, study.value_usd, keep),
        "missing": history.missing,
        "notes": list(history.notes),
    }
