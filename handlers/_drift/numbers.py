"""A judged hedge for machines."""

from datetime import timedelta

from analytics.market.windows import DAY
from analytics.studies.drifts import DriftStudy
from handlers import _numbers as plain
from handlers._costs import CostTerms
from handlers._reply import Json


def numbers(study: DriftStudy, costs: CostTerms, *, hold: timedelta) -> dict[str, Json]:
    """The study for machines: fractions, dollars, coins."""
    history, sample, judgement = study.history, study.sample, study.judgement
    return {
        "command": "drift",
        "markets": plain.names(history.markets),
        **plain.source(history),
        "held_coins": study.position.coins,
        "contracts": study.position.contracts,
        "hedge_coins": study.held_coins,
        "entry": study.position.entry,
        "ratio": study.ratio,
        "hedge_ratio": {
            **plain.estimate(study.estimate),
            "n": study.estimate.n_observations,
        },
        "off_target": plain.estimate(study.share),
        "effectiveness_lost": judgement.loss,
        "effectiveness_now": sample.effectiveness(study.ratio),
        "effectiveness_best": sample.best_effectiveness,
        "target_contracts": study.target.side.sign * study.target.contracts,
        "target_coins": target_coins(study),
        "order_contracts": study.order_contracts,
        "order_usd": study.order_usd,
        "resize": judgement.resize,
        "wait": None if judgement.wait is None else str(judgement.wait),
        "benefit_usd": study.benefit_usd,
        "cost_usd": study.cost_usd,
        "cost_rate": costs.total,
        "tolerance": study.rule.tolerance,
        "risk_aversion": study.rule.risk_aversion,
        "hold_days": hold / DAY,
        "band_ratio": [study.band.low, study.band.high],
        "band_coins": list(study.band_coins),
        "missing": history.missing,
        "notes": list(history.notes),
    }


def target_coins(study: DriftStudy) -> float:
    """The size that is aimed at, negative for a short."""
    return study.target.side.sign * study.target.coins
