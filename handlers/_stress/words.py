"""Falls of a pair in words and what the picture shows."""

from dataclasses import replace

from analytics.charts import BadDay, StressPicture
from analytics.language import later, tr
from analytics.language.numbers import localised
from analytics.market.span import moment
from analytics.market.windows import DAY, spelled
from analytics.statistics.effectiveness import WorstDay
from analytics.statistics.estimate import Estimate, Estimated
from analytics.studies.stresses import CrashDay, Shape, StressStudy
from handlers import _format as text
from handlers._markets import covered, labels
from handlers._pictured import words_around
from handlers._reply import Fact, Reply
from handlers._stress.numbers import numbers

SHAPES = {
    Shape.FALLS: later("tighter in falls than in rises"),
    Shape.RISES: later("tighter in rises than in falls"),
    Shape.BOTH: later("tighter than normal both ways"),
    Shape.NORMAL: later("as normal returns"),
    Shape.LOOSER: later("looser in falls than normal"),
}
MOST_CRASHES = 4


def summary(switches: frozenset[str], study: StressStudy) -> Reply:
    """Put a study into words."""
    history = study.history
    first_line = Reply(
        title=tr(
            "Stress {names} · {length}:",
            names=" × ".join(labels(history.markets)),
            length=spelled(covered(history)),
        ),
        answer=tr(
            "in falls ρ {known} · {shapes}",
            known=_known(study.stress.downside),
            shapes=tr(SHAPES[study.shape]),
        ),
        notes=(*history.origin.notes, *history.notes),
        numbers=numbers(study),
    )
    if "brief" in switches:
        return first_line
    groups = (
        _together_facts(study),
        _hedge_facts(study),
        _crash_facts(study),
        _details(study) if "full" in switches else (),
    )
    return replace(
        first_line,
        facts=tuple(group for group in groups if group),
        notes=(*first_line.notes, *_cautions(study)),
        provenance=_method(study),
    )


def picture(study: StressStudy, reply: Reply) -> StressPicture:
    """What the chart of a study shows."""
    held, hedge = labels(study.history.markets)
    tail = study.stress.tail
    share = _share(study.tail_quantile)
    joint = tr("worst {share} of both", share=share) + (
        tr(": {n_joint} bars", n_joint=tail.n_joint) if tail else ""
    )
    return StressPicture(
        words=words_around(reply, study.history.origin, subtitle=tr(SHAPES[study.shape])),
        target=held,
        hedge=hedge,
        target_returns=study.held_returns,
        hedge_returns=study.hedge_returns,
        corner=study.corner,
        corner_words=joint,
        days=tuple(_drawn(study, day) for day in study.worst),
        days_words=tr("sized on the {length} before each", length=spelled(study.fit))
        if study.worst
        else tr("too short a past for a hedge"),
    )


def _drawn(study: StressStudy, day: WorstDay) -> BadDay:
    words = (_signed(day.unhedged), _signed(day.hedged))
    return BadDay(_day(study, day.day), day.unhedged, day.hedged, words)


def _known(estimate: Estimate | None) -> str:
    return "unknown" if estimate is None else text.ratio_estimate(estimate)


def _day(study: StressStudy, number: int) -> str:
    noon = moment(int(study.days_end[number])) - DAY / 2
    return text.day(noon, seen_from=study.history.last_close)


def _together_facts(study: StressStudy) -> tuple[Fact, ...]:
    stress = study.stress
    normal = (
        () if stress.normal is None else (tr("normal {normal}", normal=text.ratio(stress.normal)),)
    )
    against = () if stress.normal_p_value is None else (f"({text.p_value(stress.normal_p_value)})",)
    facts = [
        Fact(tr("Sell-offs"), _known(stress.downside), (*normal, *against)),
        Fact(
            tr("Rallies"),
            tr("too few to judge") if stress.upside is None else _known(stress.upside),
        ),
    ]
    if stress.asymmetry_p_value is not None:
        found = tr("found") if study.is_asymmetric else tr("none")
        facts.append(Fact(tr("Asymmetry"), f"{found} ({text.p_value(stress.asymmetry_p_value)})"))
    facts.append(_tail_fact(study))
    return tuple(facts)


def _tail_fact(study: StressStudy) -> Fact:
    label, tail = tr("Tail {share}", share=_share(study.tail_quantile)), study.stress.tail
    if tail is None:
        return Fact(label, tr("too few to judge"))
    shared = text.percent_estimate(tail.value)
    normal = tr("normal {normal}", normal=text.percent(tail.normal))
    return Fact(label, shared, (normal, tr("{n_joint} bars in both", n_joint=tail.n_joint)))


def _hedge_facts(study: StressStudy) -> tuple[Fact, ...]:
    walk = study.walk
    if walk is None:
        return (Fact(tr("Worst days"), tr("too short a past")),)
    before, after = _worst_days_together(study)
    facts = []
    if study.worst:
        change = f"{_signed(before)} → {_signed(after)}"
        facts.append(Fact(tr("Worst {n} days", n=len(study.worst)), change))
        worst = study.worst[0]
        day = f"{_signed(worst.unhedged)} → {_signed(worst.hedged)}"
        facts.append(Fact(tr("Worst day"), day, (_day(study, worst.day),)))
    if study.falls is not None:
        facts.append(_removed(tr("Removes, down"), study.falls))
    return (*facts, _removed(tr("Removes, all"), walk))


def _removed(label: str, share: Estimated) -> Fact:
    return Fact(label, text.percent_of(share), (text.percent_range(share.interval),))


def _share(quantile: float) -> str:
    return localised(f"{100 * quantile:g} %")


def _crash_facts(study: StressStudy) -> tuple[Fact, ...]:
    return tuple(_crash_fact(study, day) for day in study.crashes[-MOST_CRASHES:])


def _crash_fact(study: StressStudy, day: CrashDay) -> Fact:
    when = text.day(day.crash.first_day, seen_from=study.history.last_close)
    both = f"{_signed(day.held)}, {_signed(day.hedge)}"
    hedged = () if day.hedged is None else (tr("hedged {signed}", signed=_signed(day.hedged)),)
    return Fact(when, day.crash.name, (both, *hedged))


def _details(study: StressStudy) -> tuple[Fact, ...]:
    days = tuple(
        Fact(_day(study, day.day), f"{_signed(day.unhedged)} → {_signed(day.hedged)}")
        for day in study.worst
    )
    stress = study.stress
    bars = tr(
        "{n_joint_down} down, {n_joint_up} up",
        n_joint_down=stress.n_joint_down,
        n_joint_up=stress.n_joint_up,
    )
    return (
        Fact(tr("Joint bars"), bars),
        Fact(tr("Correlation"), text.ratio(stress.correlation)),
        *days,
    )


def _cautions(study: StressStudy) -> tuple[str, ...]:
    cautions = []
    if study.tail_quantile != study.asked_quantile:
        asked, used = (_share(q) for q in (study.asked_quantile, study.tail_quantile))
        cautions.append(
            tr("Too few joint bars in the worst {asked}: took {used}.", asked=asked, used=used)
        )
    if study.shape is Shape.BOTH:
        cautions.append(
            tr("Above normal in falls, but in rises too: fat tails, no proof of panic.")
        )
    walk = study.walk
    if walk is None:
        cautions.append(tr("Too short a past to size a hedge before the worst days."))
    elif _made_worse(study):
        cautions.append(tr("On the worst days the hedge made it worse."))
    return tuple(cautions)


def _made_worse(study: StressStudy) -> bool:
    """Whether the hedged days look worse as they are printed."""
    before, after = _worst_days_together(study)
    return after < before and _signed(after) != _signed(before)


def _worst_days_together(study: StressStudy) -> tuple[float, float]:
    return sum(day.unhedged for day in study.worst), sum(day.hedged for day in study.worst)


def _method(study: StressStudy) -> tuple[str, ...]:
    n = study.stress.n_observations
    sample = tr(
        "{n} · robust {value} % ranges",
        n=text.bars(n, study.history.bar),
        value=localised(f"{100 * study.level:g}"),
    )
    if study.walk is None:
        return (sample,)
    fit = tr(
        "Hedge sized on the {length} before each of {n_days} days",
        length=spelled(study.fit),
        n_days=localised(f"{study.walk.n_days:,}"),
    )
    return (sample, fit)


def _signed(fraction: float) -> str:
    return text.percent(fraction, signed=True)
