"""A tested change of a pair in words, numbers and what its picture shows."""

from dataclasses import replace
from math import isnan

from analytics.charts import ChangePicture, Course, MarkedBreak, Stretch
from analytics.language import later, tr
from analytics.language.numbers import localised
from analytics.market.span import moment
from analytics.market.windows import spelled
from analytics.statistics.correlation import Correlation
from analytics.studies.changes import DRIVER, ChangeStudy, Coupling
from handlers import _format as text
from handlers import _numbers as plain
from handlers._markets import covered, labels
from handlers._pictured import words_around
from handlers._reply import Fact, Json, Reply

WIDEST_VALUE = 20
"""Characters that a phone shows beside a label."""
FALLS_APART = {
    Coupling.DECOUPLED: later("decoupled"),
    Coupling.LOCKSTEP: later("lockstep"),
    Coupling.OPPOSED: later("opposed"),
}


def summary(switches: frozenset[str], study: ChangeStudy) -> Reply:
    """Put a study into words."""
    history = study.history
    first_line = Reply(
        title=tr(
            "Break {names} · {length}:",
            names=" × ".join(labels(history.markets)),
            length=spelled(covered(history)),
        ),
        answer=f"{_values(study)} · {_verdict(study)}",
        notes=(*history.origin.notes, *history.notes),
        numbers=_numbers(study),
    )
    if "brief" in switches:
        return first_line
    groups = [_test_facts(study), (*_side_facts(study), *_now_facts(study))]
    if "full" in switches:
        groups.append(_details(study))
    return replace(
        first_line,
        facts=tuple(group for group in groups if group),
        notes=(*first_line.notes, *_cautions(study)),
        provenance=(_sample(study),),
    )


def picture(study: ChangeStudy, reply: Reply) -> ChangePicture:
    """What the chart of a study shows."""
    level = study.whole.interval.level
    return ChangePicture(
        words=words_around(
            reply,
            study.history.origin,
            title=f"{reply.title} {_values(study)}",
            subtitle=f"{_verdict(study)} · {text.p_value(study.tested.p_value)}",
        ),
        above=Course(
            heading=tr("Break test statistic"),
            time=study.path_time,
            values=study.path,
            now="",
            least=0.0,
            greatest=float("inf"),
            limit=study.critical,
            limit_words=tr(
                "chance crosses it in {value} of 100 windows",
                value=localised(f"{100 * (1 - level):.0f}"),
            ),
        ),
        below=Course(
            heading=tr("{length} correlation", length=spelled(study.roll)),
            time=study.rolling_time,
            values=study.rolling,
            now=_rolling_now(study),
            stretches=_stretches(study),
            stretch_words=_stretch_words(study),
        ),
        event=None
        if study.break_time is None
        else MarkedBreak(study.break_time, f"{_verdict(study)}, {_p(study)}"),
    )


def estimated(correlation: Correlation) -> str:
    """A correlation with its interval."""
    return text.ratio_estimate(correlation)


def _p(study: ChangeStudy) -> str:
    return text.p_value(study.tested.p_value)


def _day(study: ChangeStudy) -> str:
    when = moment(study.break_time or int(study.path_time[-1]))
    return f"~{text.day(when, seen_from=study.history.last_close)}"


def _values(study: ChangeStudy) -> str:
    before, after = study.tested.before, study.tested.after
    if study.break_time is None or before is None or after is None:
        return f"ρ {estimated(study.whole)}"
    now = text.ratio(after) if study.after is None else estimated(study.after)
    return f"ρ {text.ratio(before)} → {now}"


def _verdict(study: ChangeStudy) -> str:
    if study.break_time is not None:
        return f"{tr(FALLS_APART.get(study.coupling, later('broke')))} {_day(study)}"
    return tr("a change too small to matter") if study.is_tiny else tr("no break found")


def _test_facts(study: ChangeStudy) -> tuple[Fact, ...]:
    found = (
        _day(study) if study.break_time is not None else tr("tiny") if study.is_tiny else tr("none")
    )
    limit = 1 - study.whole.interval.level
    return (
        Fact(tr("Break test"), f"{found} ({_p(study)})"),
        Fact(
            tr("Statistic"),
            localised(f"{study.tested.statistic:.2f}"),
            (
                tr(
                    "{critical} is the {value} % line",
                    critical=localised(f"{study.critical:.2f}"),
                    value=f"{100 * limit:.0f}",
                ),
            ),
        ),
    )


def _side_facts(study: ChangeStudy) -> tuple[Fact, ...]:
    tested = study.tested
    if study.break_time is None and not study.is_tiny:
        return (Fact(tr("Whole window"), estimated(study.whole)),)
    facts = [
        Fact(label, tr("too few bars") if side is None else side)
        for label, side in (
            (tr("Before"), _either(study.before, tested.before)),
            (tr("After"), _either(study.after, tested.after)),
        )
    ]
    if study.break_time is None or tested.after_adjusted is None or study.driver_change is None:
        return tuple(facts)
    driver = labels(study.history.markets)[DRIVER]
    return (
        *facts,
        Fact(
            tr("Vol-adjusted"),
            text.ratio(tested.after_adjusted),
            (tr("if only the driver's"), tr("volatility changed"), tr("(contested)")),
        ),
        Fact(
            tr("Driver vol"),
            tr("×{driver_change} since", driver_change=localised(f"{study.driver_change:.1f}")),
            (driver[:WIDEST_VALUE],),
        ),
    )


def _now_facts(study: ChangeStudy) -> tuple[Fact, ...]:
    now = _rolling_now(study)
    return (Fact(tr("Now ({roll})", roll=spelled(study.roll)), now),) if now else ()


def _rolling_now(study: ChangeStudy) -> str:
    now = float(study.rolling[-1])
    return "" if isnan(now) else text.ratio(now)


def _either(measured: Correlation | None, value: float | None) -> str | None:
    if measured is not None:
        return estimated(measured)
    return None if value is None else text.ratio(value)


def _details(study: ChangeStudy) -> tuple[Fact, ...]:
    tested = study.tested
    whole = study.whole
    independent = text.independent_bars(whole.effective_n, of=whole.n_observations)
    facts = [Fact(tr("Whole window"), estimated(whole))] if study.break_time else []
    facts.append(
        Fact(
            tr("Independent"),
            tr("worth {effective_n} bars", effective_n=independent),
        )
    )
    if study.break_time is None and tested.before is not None and tested.after is not None:
        likeliest = moment(int(study.path_time[min(tested.index, len(study.path_time) - 1)]))
        day = text.day(likeliest, seen_from=study.history.last_close)
        change = f"{text.ratio(tested.before)} → {text.ratio(tested.after)}"
        facts.append(Fact(tr("Likeliest day"), f"~{day}", (change,)))
    return tuple(facts)


def _cautions(study: ChangeStudy) -> tuple[str, ...]:
    if study.is_tiny:
        return ()
    if study.break_time is None:
        return (tr("No break found is not no break: a slow drift can stay unseen."),)
    first, _ = labels(study.history.markets)
    coupled = {
        Coupling.DECOUPLED: tr("A hedge of {first} removes less than before.", first=first),
        Coupling.LOCKSTEP: tr("Diversification is weaker than before; a hedge removes more."),
        Coupling.OPPOSED: tr("They now move against each other: a short hedge adds risk."),
    }.get(study.coupling)
    return (coupled,) if coupled else ()


def _sample(study: ChangeStudy) -> str:
    n = study.tested.n_observations
    level = text.level(study.whole.interval)
    return tr("{n} · robust {level} ranges", n=text.bars(n, study.history.bar), level=level)


def _stretches(study: ChangeStudy) -> tuple[Stretch, ...]:
    start, end = int(study.path_time[0]), int(study.path_time[-1])
    if study.break_time is None:
        return (_stretch(start, end, study.whole),)
    sides = ((start, study.break_time, study.before), (study.break_time, end, study.after))
    return tuple(_stretch(a, b, side) for a, b, side in sides if side is not None)


def _stretch(start: int, end: int, side: Correlation) -> Stretch:
    return Stretch(start, end, side.interval.low, side.interval.high, side.value)


def _stretch_words(study: ChangeStudy) -> str:
    level = text.level(study.whole.interval)
    what = tr("whole window") if study.break_time is None else tr("before and after")
    return tr("{what}, {level} range", what=what, level=level)


def _numbers(study: ChangeStudy) -> dict[str, Json]:
    history, tested = study.history, study.tested
    return {
        "command": "break",
        "markets": plain.names(history.markets),
        **plain.source(history),
        "verdict": str(study.coupling),
        "statistic": tested.statistic,
        "critical": study.critical,
        "p_value": tested.p_value,
        "time": None if study.break_time is None else moment(study.break_time).isoformat(),
        "before": _json(study.before, tested.before),
        "after": _json(study.after, tested.after),
        "after_volatility_adjusted": tested.after_adjusted,
        "driver_volatility_change": study.driver_change,
        "correlation": _json(study.whole, study.whole.value),
        "n": tested.n_observations,
        "missing": history.missing,
        "notes": list(history.notes),
    }


def _json(side: Correlation | None, value: float | None) -> Json:
    if side is None:
        return None if value is None else {"value": value}
    return plain.estimate(side)
