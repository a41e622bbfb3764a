"""A study of who leads, as plain values."""

from analytics.statistics.price_discovery import Shares
from analytics.studies.leads import Duel, LeadStudy
from handlers import _numbers as plain
from handlers._reply import Json


def numbers(study: LeadStudy) -> dict[str, Json]:
    """The study for machines: fractions, bars and basis points."""
    history, apart = study.history, study.dispersion
    names = [market.full_name for market in history.markets]
    return {
        "command": "lead",
        "markets": list(names),
        **plain.source(history),
        "leader": None if study.leader is None else names[study.leader],
        "in_front": names[study.front],
        "doubts": [str(doubt) for doubt in study.doubts],
        "pairs": [_duel(duel, names) for duel in study.duels],
        "spread_bp": {"now": apart.now, "mean": apart.mean, "p95": apart.p95},
        "mean_gap_bp": {
            name: plain.estimate(gap) for name, gap in zip(names, apart.mean_gaps, strict=True)
        },
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _duel(duel: Duel, names: list[str]) -> dict[str, Json]:
    found = duel.found
    first, second = names[duel.first], names[duel.second]
    lead_lag = found.lead_lag
    return {
        "of": first,
        "against": second,
        "leader": None if duel.leader is None else names[duel.leader],
        "doubts": [str(doubt) for doubt in found.doubts],
        "shares": None if found.shares is None else _shares(found.shares),
        "residual_correlation": plain.estimate(found.residual_correlation),
        "pulls": [plain.estimate(pull) for pull in found.pulls],
        "half_life_bars": found.half_life,
        "lead_lag": {"bars": lead_lag.lag, **plain.estimate(lead_lag.strongest)},
        "cross_correlations": [float(value) for value in lead_lag.correlations],
        "still": list(found.standing),
        "lags": found.n_lags,
        "n": found.n_observations,
    }


def _shares(shares: Shares) -> dict[str, Json]:
    leadership = shares.leadership
    return {
        "component": plain.estimate(shares.component),
        "information": {"low": shares.low, "high": shares.high},
        "midpoint": plain.estimate(shares.midpoint),
        "leadership": None if leadership is None else plain.estimate(leadership),
    }
