"""How several markets moved together of late, in words, numbers and what the picture shows."""

from dataclasses import replace

from analytics.charts import ChangePicture, Course, MarkedBreak, Stretch
from analytics.language import later, tr
from analytics.language.numbers import localised
from analytics.market.span import moment
from analytics.market.windows import DAY, spelled
from analytics.statistics.correlation import Correlation
from analytics.statistics.lockstep import absorption_ratio
from analytics.statistics.rolling import Band
from analytics.studies.changes import Coupling
from analytics.studies.groups import BAND_WIDTH, GroupStudy
from handlers import _format as text
from handlers import _numbers as plain
from handlers._break.words import WIDEST_VALUE, estimated
from handlers._markets import covered, labels
from handlers._pictured import words_around
from handlers._reply import Fact, Json, Reply

VERDICTS = {
    Coupling.STEADY: later("within its band"),
    Coupling.LOCKSTEP: later("lockstep"),
    Coupling.DECOUPLED: later("decoupled"),
}


def summary(switches: frozenset[str], study: GroupStudy) -> Reply:
    """Put a study into words."""
    history = study.history
    first_line = Reply(
        title=tr(
            "{n_markets} markets · {length}:",
            n_markets=study.n_markets,
            length=spelled(covered(history)),
        ),
        answer=tr(
            "mean ρ {estimated} · {verdict}",
            estimated=estimated(study.now),
            verdict=_verdict(study),
        ),
        notes=(*history.origin.notes, *history.notes),
        numbers=_numbers(study),
    )
    if "brief" in switches:
        return first_line
    details = (_details(study),) if "full" in switches else ()
    return replace(
        first_line,
        facts=(_mean_facts(study), _share_facts(study), _moved_facts(study), *details),
        notes=(*first_line.notes, *_cautions(study)),
        provenance=(_sample(study),),
    )


def picture(study: GroupStudy, reply: Reply) -> ChangePicture:
    """What the chart of a study shows."""
    roll = spelled(study.roll)
    shares = absorption_ratio(study.shares, n=study.n_markets)
    start, end = int(study.rolling_time[0]), int(study.rolling_time[-1])
    kept = tr("where it stays if nothing changed")
    return ChangePicture(
        words=words_around(
            reply,
            study.history.origin,
            title=f"{reply.title} {reply.answer}",
            subtitle=" · ".join(labels(study.history.markets)),
        ),
        above=Course(
            heading=tr("{roll} mean correlation", roll=roll),
            time=study.rolling_time,
            values=study.rolling,
            now=text.ratio(study.now.value),
            stretches=(Stretch(start, end, study.band.low, study.band.high, study.band.centre),),
            stretch_words=kept,
        ),
        below=Course(
            heading=tr("{roll} absorption ratio", roll=roll),
            time=study.shares_time,
            values=shares,
            now=text.ratio(_ratio(study, study.share_now.value)),
            least=0.0,
            stretches=(Stretch(start, end, *_share_band(study)),),
            stretch_words=kept,
        ),
        event=None
        if study.since is None
        else MarkedBreak(
            study.since,
            tr(
                "{verdict} since {since}", verdict=tr(VERDICTS[study.coupling]), since=_since(study)
            ),
        ),
    )


def _sample(study: GroupStudy) -> str:
    bars = text.bars(len(study.history.in_window.log_returns), study.history.bar)
    level = text.level(study.now.interval)
    return tr(
        "{bars} · robust {level} ranges · band {band_width} standard errors",
        bars=bars,
        level=level,
        band_width=localised(f"{BAND_WIDTH:g}"),
    )


def _ratio(study: GroupStudy, share: float) -> float:
    return absorption_ratio(share, n=study.n_markets)


def _share_band(study: GroupStudy) -> tuple[float, float, float]:
    band = study.share_band
    return _ratio(study, band.low), _ratio(study, band.high), _ratio(study, band.centre)


def _since(study: GroupStudy) -> str:
    when = moment(study.since or int(study.rolling_time[-1]))
    return f"~{text.day(when, seen_from=study.history.last_close)}"


def _verdict(study: GroupStudy) -> str:
    words = tr(VERDICTS[study.coupling])
    return (
        words
        if study.since is None
        else tr("{words} since {since}", words=words, since=_since(study))
    )


def _mean_facts(study: GroupStudy) -> tuple[Fact, ...]:
    return (
        Fact(tr("Mean ρ ({length})", length=spelled(study.roll)), estimated(study.now)),
        Fact(tr("Before"), estimated(study.before)),
        Fact(tr("Stays within"), _within(study.band)),
    )


def _share_facts(study: GroupStudy) -> tuple[Fact, ...]:
    low, high, before = _share_band(study)
    now = _ratio(study, study.share_now.value)
    return (
        Fact(
            tr("Absorption"),
            tr("{now}, was {before}", now=text.ratio(now), before=text.ratio(before)),
        ),
        Fact(tr("Stays within"), text.ratio_span(low, high)),
    )


def _moved_facts(study: GroupStudy) -> tuple[Fact, ...]:
    names, moved = labels(study.history.markets), study.moved
    pair = f"{names[moved.first]} × {names[moved.second]}"
    below = (
        (pair,) if len(pair) <= WIDEST_VALUE else (f"{names[moved.first]} ×", names[moved.second])
    )
    return (Fact(tr("Moved most"), f"{text.ratio(moved.before)} → {text.ratio(moved.now)}", below),)


def _details(study: GroupStudy) -> tuple[Fact, ...]:
    """How many independent bars stand behind either side."""
    now, before = (localised(f"{side.effective_n:,.0f}") for side in (study.now, study.before))
    return (
        Fact(
            tr("Independent"),
            tr("worth {now} bars", now=now),
            (tr("before: {before}", before=before),),
        ),
    )


def _within(band: Band) -> str:
    return text.ratio_span(band.low, band.high)


def _cautions(study: GroupStudy) -> tuple[str, ...]:
    match study.coupling:
        case Coupling.LOCKSTEP:
            return (tr("They move as one: spreading over them protects less than before."),)
        case Coupling.DECOUPLED:
            return (tr("They go their own ways: one hedge for all removes less than before."),)
        case _:
            return ()


def _numbers(study: GroupStudy) -> dict[str, Json]:
    history = study.history
    low, high, before = _share_band(study)
    return {
        "command": "break",
        "markets": plain.names(history.markets),
        **plain.source(history),
        "roll_days": study.roll / DAY,
        "verdict": str(study.coupling),
        "since": None if study.since is None else moment(study.since).isoformat(),
        "mean_correlation": _json(study.now),
        "mean_correlation_before": _json(study.before),
        "band": {"low": study.band.low, "high": study.band.high},
        "absorption_ratio": _ratio(study, study.share_now.value),
        "absorption_ratio_before": before,
        "absorption_band": {"low": low, "high": high},
        "moved_most": {
            "pair": [labels(history.markets)[k] for k in (study.moved.first, study.moved.second)],
            "before": study.moved.before,
            "now": study.moved.now,
        },
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _json(measured: Correlation) -> Json:
    return {**plain.estimate(measured), "n": measured.n_observations}
