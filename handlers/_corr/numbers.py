"""A studied pair as plain values."""

from analytics.market.span import moment
from analytics.market.windows import DAY
from analytics.statistics.correlation import Correlation
from analytics.studies.pairs import PairStudy
from handlers import _numbers as plain
from handlers._reply import Json


def numbers(study: PairStudy) -> dict[str, Json]:
    """The study for machines: plain numbers, ISO times."""
    history, stress = study.history, study.stress
    broke = study.broke
    return {
        "command": "corr",
        "markets": plain.names(history.markets),
        **plain.source(history),
        "method": study.correlation.measure,
        "correlation": _json(study.correlation),
        "next_window": None if study.likely is None else plain.interval(study.likely.interval),
        "roll_days": study.roll / DAY,
        "rolling_now": study.rolling_now,
        "rolling_range": None if study.rolling_range is None else list(study.rolling_range),
        "background": None if study.background is None else _json(study.background),
        "band": {"low": study.band.low, "high": study.band.high, "centre": study.band.centre},
        "break": None
        if broke is None
        else {
            "p_value": broke.p_value,
            "time": None if study.break_time is None else moment(study.break_time).isoformat(),
            "before": broke.before,
            "after": broke.after,
        },
        "sell_offs": {
            "correlation": None if stress.downside is None else stress.downside.value,
            "low": None if stress.downside is None else stress.downside.interval.low,
            "high": None if stress.downside is None else stress.downside.interval.high,
            "normal": stress.normal,
            "p_value": stress.normal_p_value,
            "n_joint": stress.n_joint_down,
            "verdict": None if stress.verdict is None else str(stress.verdict),
        },
        "missing": history.missing,
        "stability": str(study.stability),
        "notes": list(history.notes),
    }


def _json(correlation: Correlation) -> dict[str, Json]:
    return {
        **plain.estimate(correlation),
        "n": correlation.n_observations,
        "effective_n": correlation.effective_n,
    }
