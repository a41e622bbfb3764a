"""Falls of a pair as plain values."""

from analytics.market.span import moment
from analytics.market.windows import DAY
from analytics.statistics.estimate import Estimate
from analytics.studies.stresses import StressStudy
from handlers import _numbers as plain
from handlers._reply import Json


def numbers(study: StressStudy) -> dict[str, Json]:
    """The study for machines: correlations, fractions, ISO times."""
    history, stress, walk = study.history, study.stress, study.walk
    tail = stress.tail
    return {
        "command": "stress",
        "markets": plain.names(history.markets),
        **plain.source(history),
        "verdict": str(study.shape),
        "correlation": stress.correlation,
        "sell_offs": _known(stress.downside),
        "rallies": _known(stress.upside),
        "normal": stress.normal,
        "normal_p_value": stress.normal_p_value,
        "asymmetry_p_value": stress.asymmetry_p_value,
        "n_joint": {"down": stress.n_joint_down, "up": stress.n_joint_up},
        "tail": None
        if tail is None
        else {
            "quantile": tail.quantile,
            **plain.estimate(tail.value),
            "normal": tail.normal,
            "n_joint": tail.n_joint,
        },
        "hedge": None
        if walk is None
        else {
            "days": walk.n_days,
            "fit_days": study.fit / DAY,
            "effectiveness": plain.estimate(walk),
            "effectiveness_down": _known(study.falls),
        },
        "worst_days": [
            {
                "until": moment(int(study.days_end[day.day])).isoformat(),
                "unhedged": day.unhedged,
                "hedged": day.hedged,
            }
            for day in study.worst
        ],
        "crashes": [
            {
                "name": day.crash.name,
                "from": day.crash.first_day.isoformat(),
                "to": day.crash.last_day.isoformat(),
                "held": day.held,
                "hedge": day.hedge,
                "hedged": day.hedged,
            }
            for day in study.crashes
        ],
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _known(estimate: Estimate | None) -> Json:
    return None if estimate is None else plain.estimate(estimate)
