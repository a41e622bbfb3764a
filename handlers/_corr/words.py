"""A studied pair in words, and what its picture shows."""

from dataclasses import replace
from datetime import timedelta

from analytics.charts import MarkedBreak, PairPicture, price_change
from analytics.language import later, tr
from analytics.market.span import moment
from analytics.market.windows import spelled
from analytics.statistics.correlation import Correlation
from analytics.statistics.estimate import Estimated, Interval
from analytics.statistics.stress import Verdict
from analytics.studies.pairs import HALF_LIVES, Measure, PairStudy, Stability
from handlers import _format as text
from handlers._corr.numbers import numbers
from handlers._markets import covered, labels
from handlers._pictured import words_around
from handlers._reply import Fact, Reply

NOTABLE_EXCESS = 0.05
"""Sell-off correlation above the normal one that deserves a warning sign."""
SYMBOLS = {Measure.PEARSON: "ρ", Measure.SPEARMAN: later("Spearman ρ"), Measure.EWMA: "EWMA ρ"}


def summary(switches: frozenset[str], study: PairStudy, sources: tuple[str, ...]) -> Reply:
    """Put a study into words."""
    symbol = SYMBOLS[Measure(study.correlation.measure)]
    first_line = Reply(
        title=f"{' × '.join(labels(study.history.markets))} · {spelled(covered(study.history))}:",
        answer=f"{tr(symbol)} {_with_interval(study.correlation)} · {_verdict(study)}",
        notes=(*study.history.origin.notes, *study.history.notes),
        numbers=numbers(study),
    )
    if "brief" in switches:
        return first_line
    facts = (_change_facts(study), _tail_facts(study), _price_facts(study))
    details = (_details(study),) if "full" in switches else ()
    return replace(
        first_line,
        text=_next_window(study),
        facts=(*facts, *details),
        provenance=(*_sample(study), *sources),
    )


def picture(study: PairStudy, reply: Reply) -> PairPicture:
    """What the chart of a study shows."""
    window = study.history.in_window
    first, second = labels(study.history.markets)
    now = study.rolling_now
    background = tr("before") if study.background else tr("whole window")
    return PairPicture(
        words=words_around(reply, study.history.origin, subtitle=_verdict(study)),
        labels=(first, second),
        close_time=window.close_time,
        closes=window.closes[:, :2],
        rolling_time=study.rolling_time,
        rolling=study.rolling,
        rolling_now=text.ratio(now) if now is not None else "",
        roll=spelled(study.roll),
        band=Interval(study.band.low, study.band.high),
        baseline=study.band.centre,
        baseline_words=f"{background}: {text.ratio(study.band.centre)}",
        tested_break=None
        if study.break_time is None or study.broke is None
        else MarkedBreak(
            study.break_time,
            tr(
                "break {break_day} ({p_value})",
                break_day=_break_day(study),
                p_value=text.p_value(study.broke.p_value),
            ),
        ),
    )


def _with_interval(correlation: Correlation) -> str:
    return text.ratio_estimate(correlation)


def _verdict(study: PairStudy) -> str:
    match study.stability:
        case Stability.BROKEN:
            return tr("broke {break_day}", break_day=_break_day(study))
        case stability:
            return tr(str(stability))


def _break_day(study: PairStudy) -> str:
    if study.break_time is None:
        return ""
    return f"~{text.day(moment(study.break_time), seen_from=study.history.last_close)}"


def _next_window(study: PairStudy) -> tuple[str, ...]:
    if study.likely is None:
        return ()
    span = text.ratio_span(study.likely.low, study.likely.high)
    return (tr("Next {length} likely {span}", length=spelled(study.history.window), span=span),)


def _change_facts(study: PairStudy) -> tuple[Fact, ...]:
    roll = spelled(study.roll)
    now, extremes = study.rolling_now, study.rolling_range
    facts = [
        Fact(tr("Now ({roll})", roll=roll), tr("undefined") if now is None else text.ratio(now))
    ]
    if extremes is not None:
        facts.append(Fact(tr("Range ({roll})", roll=roll), text.ratio_span(*extremes)))
    if study.whole is not None:
        facts.append(
            Fact(
                tr("Last {length}", length=spelled(study.whole_length)),
                text.ratio(study.whole.value),
            )
        )
    facts.append(Fact(tr("Stays within"), text.ratio_span(study.band.low, study.band.high)))
    return (*facts, _break_fact(study))


def _price_facts(study: PairStudy) -> tuple[Fact, ...]:
    """How far both prices have come, which the picture says at the ends of their lines."""
    closes = study.history.in_window.closes
    first, *below = (
        f"{label} {price_change(float(end / start - 1))}"
        for label, start, end in zip(
            labels(study.history.markets), closes[0, :2], closes[-1, :2], strict=True
        )
    )
    return (Fact(tr("Prices"), first, tuple(below)),)


def _break_fact(study: PairStudy) -> Fact:
    if study.broke is None:
        return Fact(tr("Break test"), tr("moves as one line"))
    p = text.p_value(study.broke.p_value)
    before, after = (
        "?" if side is None else text.ratio(side)
        for side in (study.broke.before, study.broke.after)
    )
    if study.break_time is not None:
        return Fact(tr("Break test"), f"{_break_day(study)} ({p})", (f"{before} → {after}",))
    if study.broke.significant(1 - study.correlation.interval.level):
        return Fact(tr("Break test"), tr("tiny ({p})", p=p), (f"{before} → {after}",))
    return Fact(tr("Break test"), tr("none ({p})", p=p))


def _tail_facts(study: PairStudy) -> tuple[Fact, ...]:
    stress = study.stress
    if stress.downside is None or stress.normal is None or stress.verdict is None:
        return (Fact(tr("Sell-offs"), tr("too few to judge")),)
    notable = abs(stress.downside.value - stress.normal) >= NOTABLE_EXCESS
    sign = "⚠ " if stress.verdict is Verdict.MORE and notable else ""
    value = tr(
        "{value} {sign}normal {normal}",
        value=text.ratio(stress.downside.value),
        sign=sign,
        normal=text.ratio(stress.normal),
    )
    return (Fact(tr("Sell-offs"), value, (_in_sell_offs(stress.verdict, notable=notable),)),)


def _in_sell_offs(verdict: Verdict, *, notable: bool) -> str:
    if not notable:
        return tr("→ as usual")
    match verdict:
        case Verdict.MORE:
            return tr("→ falls together")
        case Verdict.LESS:
            return tr("→ falls less alike")
        case Verdict.NORMAL:
            return tr("→ may be chance")


def _details(study: PairStudy) -> tuple[Fact, ...]:
    stress = study.stress
    facts = []
    if stress.downside is not None:
        facts.append(Fact(tr("Sell-off span"), text.ratio_range(stress.downside.interval)))
    if stress.upside is not None:
        facts.append(_estimated(tr("Rallies"), stress.upside))
    if study.background is not None:
        facts.append(_estimated(tr("Before"), study.background))
    return tuple(facts)


def _estimated(label: str, estimate: Estimated) -> Fact:
    value, *below = text.estimate_lines(estimate)
    return Fact(label, value, tuple(below))


def _sample(study: PairStudy) -> tuple[str, ...]:
    found = study.correlation
    independent = text.independent_bars(found.effective_n, of=found.n_observations)
    worth = tr("worth {effective_n} independent ones", effective_n=independent)
    level = text.level(found.interval)
    sample = tr(
        "{n_observations}, {worth} · robust {level} range",
        n_observations=text.bars(found.n_observations, study.history.bar),
        worth=worth,
        level=level,
    )
    other = other_measure(found, study.history.bar)
    return (tr("Line 1: {other}. Below: Pearson's.", other=other), sample) if other else (sample,)


def other_measure(found: Correlation, bar: timedelta) -> str | None:
    """What a correlation that is not Pearson's is; None for his."""
    match Measure(found.measure):
        case Measure.PEARSON:
            return None
        case Measure.SPEARMAN:
            return tr("Spearman's, of ranks")
        case Measure.EWMA:
            half_life = max(1, round(found.n_observations / HALF_LIVES)) * bar
            return tr("EWMA, weights halve every {length}", length=spelled(half_life))
