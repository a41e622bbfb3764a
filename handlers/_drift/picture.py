"""What the picture of a judged hedge shows."""

from analytics.charts import DriftPicture
from analytics.language import tr
from analytics.statistics.estimate import Interval
from analytics.studies.drifts import DriftStudy
from handlers import _format as text
from handlers._drift.numbers import target_coins
from handlers._drift.words import (
    ON_TARGET,
    amount,
    hedge_held,
    held,
    in_points,
    off_target,
    verdict,
)
from handlers._pictured import words_around
from handlers._reply import Reply


def picture(study: DriftStudy, reply: Reply) -> DriftPicture:
    """What the chart of a judgement shows."""
    sample, base = study.sample, study.market.base
    per_ratio, now = study.coins_a_ratio, -study.held_coins
    ends = (sample.interval.low, sample.interval.high)
    low, high = sorted(now + (end - study.ratio) * per_ratio for end in ends)
    best = now + (sample.best - study.ratio) * per_ratio
    return DriftPicture(
        words=words_around(
            reply,
            study.history.origin,
            title=f"{held(study)} · {hedge_held(study)} · {verdict(study)}",
            subtitle=off_target(study)
            + tr(" · costs {points}", points=in_points(study.judgement.loss)),
        ),
        unit=base,
        side=tr("short") if study.coins_a_ratio > 0 else tr("long"),
        best=_seen(study, best),
        best_effectiveness=sample.best_effectiveness,
        curvature=sample.variance_share / per_ratio**2,
        now=_seen(study, now),
        now_words=amount(study, now),
        target=_seen(study, -target_coins(study)),
        target_words=amount(study, -target_coins(study)),
        band=_seen_interval(study, study.band_coins),
        interval=_seen_interval(study, (low, high)),
        time=study.history.close_time,
        path=study.path,
        path_end=_end(study),
    )


def _end(study: DriftStudy) -> str:
    """Where the course of the drift has come to, in the words of the first line."""
    end = float(study.path[-1])
    return tr("on target") if abs(end) < ON_TARGET else text.percent(end, signed=True)


def _seen(study: DriftStudy, short_coins: float) -> float:
    """Coins in the direction that hedges: positive, unless the hedge adds to the holding."""
    return short_coins if study.coins_a_ratio > 0 else -short_coins


def _seen_interval(study: DriftStudy, ends: tuple[float, float]) -> Interval:
    low, high = sorted(_seen(study, end) for end in ends)
    return Interval(low, high, study.estimate.interval.level)
