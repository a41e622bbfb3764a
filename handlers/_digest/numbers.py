"""A digest for machines: fractions, ISO times."""

from analytics.market.span import moment
from analytics.market.windows import DAY
from analytics.statistics.overlap import Shift
from analytics.studies.digests import Look, PairDigest
from handlers import _numbers as plain
from handlers._digest.gathering import Drifted, Failed, Gathered, Outcome, Told
from handlers._reply import Json


def numbers(found: Gathered) -> dict[str, Json]:
    """Every pair with all that its line says and more."""
    return {
        "command": "digest",
        "prices": found.told[0].digest.history.origin.name,
        "as_of": max(one.digest.history.last_close for one in found.told).isoformat(),
        "pairs": [_outcome(one) for one in found.outcomes],
        "funding": {
            market.full_name: None if carry.apr is None else carry.apr.value
            for market, carry in found.funding
        },
    }


def _outcome(outcome: Outcome) -> Json:
    if isinstance(outcome, Failed):
        return {"asked": str(outcome.pair), "state": "failed", "sentence": outcome.sentence}
    return _told(outcome)


def _told(told: Told) -> dict[str, Json]:
    digest, history = told.digest, told.digest.history
    removed, likely = digest.removed, digest.likely
    return {
        "asked": str(told.pair),
        "markets": plain.names(history.markets[:2]),
        "as_of": history.last_close.isoformat(),
        "window_days": history.window / DAY,
        "bar_seconds": history.bar.total_seconds(),
        "stale": digest.is_stale,
        "state": str(digest.state),
        "now": _look(digest.now),
        "yesterday": None if digest.before is None else _look(digest.before),
        "news": _news(digest),
        "removed": None if removed is None else plain.estimate(removed),
        "next_window": None if likely is None else plain.interval(likely.interval),
        "drift": _drift(told.drift),
        "notes": list(history.notes),
    }


def _look(look: Look) -> dict[str, Json]:
    found, broke, departure = look.correlation, look.broke, look.departure
    when = look.break_time
    return {
        "state": str(look.state),
        "correlation": {**plain.estimate(found), "n": found.n_observations},
        "baseline": None if departure is None else plain.estimate(departure.baseline),
        "band": None
        if departure is None
        else {"low": departure.band.low, "high": departure.band.high},
        "sigmas": None if departure is None else departure.sigmas,
        "break_p": None if broke is None else broke.p_value,
        "break_time": None if when is None else moment(when).isoformat(),
    }


def _news(digest: PairDigest) -> dict[str, Json]:
    return {
        "verdict": digest.has_turned,
        "break": digest.has_new_break,
        "moved": digest.has_moved,
        "correlation_errors": _errors(digest.shift),
        "removed_errors": _errors(digest.removed_shift),
    }


def _errors(shift: Shift | None) -> float | None:
    return None if shift is None else shift.errors


def _drift(drift: Drifted | None) -> Json:
    if drift is None:
        return None
    if drift.study is None:
        return {"sentence": drift.sentence}
    study = drift.study
    return {
        "off_target": study.share.value,
        "effectiveness_lost": study.judgement.loss,
        "resize": study.judgement.resize,
        "order_contracts": study.order_contracts,
    }
