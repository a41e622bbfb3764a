"""/corr: how closely two markets move, or how several do."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from analytics.charts import MarkedBreak, PairPicture
from analytics.charts import Words as Texts
from analytics.market.histories import moment
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import LONGEST, ROUGH_BELOW, Window, spelled
from analytics.pairs import Measure, PairStudy, Stability, pair_study
from analytics.statistics.correlation import Correlation
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.stress import Verdict
from handlers import _format as text
from handlers._command import Command, Services
from handlers._grammar import (
    COMMON,
    LEVEL,
    METHOD,
    ROLL,
    SWITCHES,
    Method,
    Syntax,
    assets,
    read,
    two_assets,
    typed,
    window_of,
)
from handlers._markets import labels, provenance, rolling_width
from handlers._matrix import matrix_reply
from handlers._questions import again, window_buttons
from handlers._reply import Button, Fact, Json, Reply

MOST_ASSETS = 20
CONTEXT_WINDOWS = 2
"""How many windows before the asked one serve as its background."""
DEFAULT_LEVEL = 0.95
NOTABLE_EXCESS = 0.05
"""Sell-off correlation above the normal one that deserves a warning sign."""

SYNTAX = Syntax(
    command="corr",
    example="/corr BTC ETH-PERP 30d",
    options=COMMON,
    switches=SWITCHES - {"csv"},
)


@dataclass(frozen=True, slots=True)
class CorrelationQuery:
    """Which markets, over which window, measured how."""

    instruments: tuple[Instrument, ...]
    window: Window
    method: Method = Method.PEARSON
    level: float = DEFAULT_LEVEL
    roll: timedelta | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        names = (typed(instrument, SYNTAX) for instrument in self.instruments)
        words = ["/corr", *names, spelled(window.length)]
        if window.bar is not None:
            words.append(spelled(window.bar))
        if window.end is not None:
            words.append(f"end={window.end:%Y-%m-%dT%H:%M}")
        if self.method is not Method.PEARSON:
            words.append(f"m={self.method}")
        if self.level != DEFAULT_LEVEL:
            words.append(f"ci={100 * self.level:g}")
        if self.roll is not None and self.roll < window.length:
            words.append(f"roll={spelled(self.roll)}")
        return " ".join((*words, *sorted(self.switches)))


def parse(asked: str) -> CorrelationQuery:
    """Read two or more markets, a window and options."""
    words = read(asked, SYNTAX)
    several = len(words.assets) > 2  # noqa: PLR2004 - more than a pair
    return CorrelationQuery(
        instruments=assets(words, least=2, most=MOST_ASSETS) if several else two_assets(words),
        window=window_of(words),
        method=words.given(METHOD, Method.PEARSON),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        roll=words.value(ROLL),
        switches=words.switches,
        notes=words.notes,
    )


async def answer(query: CorrelationQuery, services: Services) -> Reply:
    """Fetch, compute, draw."""
    now = services.now()
    is_pair = len(query.instruments) == 2  # noqa: PLR2004 - a pair
    context = min(CONTEXT_WINDOWS * query.window.length, LONGEST) if is_pair else timedelta(0)
    history = await services.histories.history(
        query.instruments, query.window, now=now, context=context
    )
    n = len(history.in_window.log_returns)
    rough = (f"Only {n} bars: rough.",) if n < ROUGH_BELOW else ()
    history = replace(history, notes=(*query.notes, *history.notes, *rough))
    next_questions = (window_buttons(query.window, query.asked),)
    if not is_pair:
        return await matrix_reply(query, history, services, now=now, buttons=next_questions)
    study = await services.workshop.compute(
        lambda: pair_study(
            history,
            measure=Measure(query.method),
            level=query.level,
            roll=query.roll or rolling_width(query.window.length, history.bar),
        )
    )
    reply = summary(query, study, provenance(history, now))
    reply = replace(reply, buttons=(*next_questions, _what_next(query, study)))
    if "nochart" in query.switches:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def summary(query: CorrelationQuery, study: PairStudy, sources: tuple[str, ...]) -> Reply:
    """Put a study into words."""
    warning = study.history.origin.warning
    notes = ((f"{warning}.",) if warning else ()) + study.history.notes
    symbol = {Method.PEARSON: "ρ", Method.SPEARMAN: "Spearman ρ", Method.EWMA: "EWMA ρ"}
    first_line = Reply(
        title=f"{' × '.join(labels(study.history.markets))} · {spelled(study.history.window)}:",
        answer=f"{symbol[query.method]} {_with_interval(study.correlation)} · {_verdict(study)}",
        notes=notes,
        numbers=_numbers(query, study),
    )
    if "brief" in query.switches:
        return first_line
    facts = (_change_facts(study), _tail_facts(study))
    details = (_details(study),) if "full" in query.switches else ()
    return replace(
        first_line,
        facts=(*facts, *details),
        provenance=(_sample(study.correlation, study.history.bar), *sources),
    )


def picture(study: PairStudy, reply: Reply) -> PairPicture:
    """What the chart of a study shows."""
    window = study.history.in_window
    first, second = labels(study.history.markets)
    now = study.rolling_now
    baseline = study.background or study.correlation
    background = "before" if study.background else "whole window"
    return PairPicture(
        words=Texts(
            title=f"{reply.title} {reply.answer.partition(' · ')[0]}",
            subtitle=_verdict(study),
            footnote=" · ".join(reply.provenance[-2:]) or "not advice",
            warning=study.history.origin.warning or "",
        ),
        labels=(first, second),
        close_time=window.close_time,
        closes=window.closes[:, :2],
        rolling_time=study.rolling_time,
        rolling=study.rolling,
        rolling_now=text.ratio(now) if now is not None else "",
        roll=spelled(study.roll),
        band=Interval(study.band.low, study.band.high),
        baseline=study.band.centre,
        baseline_words=f"{background}: {text.ratio(baseline.value)}",
        tested_break=None
        if study.break_time is None or study.broke is None
        else MarkedBreak(
            study.break_time,
            f"break ~{text.day(moment(study.break_time))} ({text.p_value(study.broke.p_value)})",
        ),
    )


def _with_interval(correlation: Correlation) -> str:
    return text.ratio_estimate(Estimate(correlation.value, correlation.interval))


def _verdict(study: PairStudy) -> str:
    match study.stability:
        case Stability.BROKEN if study.break_time is not None:
            return f"broke ~{text.day(moment(study.break_time))}"
        case stability:
            return str(stability)


def _change_facts(study: PairStudy) -> tuple[Fact, ...]:
    roll = spelled(study.roll)
    now, extremes = study.rolling_now, study.rolling_range
    facts = [Fact(f"Now ({roll})", "undefined" if now is None else text.ratio(now))]
    if extremes is not None:
        low, high = map(text.ratio, extremes)
        facts.append(Fact(f"Range ({roll})", f"{low} to {high}"))
    if study.whole is not None:
        facts.append(Fact(f"Last {spelled(study.whole_length)}", text.ratio(study.whole.value)))
    return (*facts, _break_fact(study))


def _break_fact(study: PairStudy) -> Fact:
    if study.broke is None:
        return Fact("Break test", "moves as one line")
    p = text.p_value(study.broke.p_value)
    before, after = (
        "?" if side is None else text.ratio(side)
        for side in (study.broke.before, study.broke.after)
    )
    if study.break_time is not None:
        day = text.day(moment(study.break_time))
        return Fact("Break test", f"~{day} ({p})", (f"{before} → {after}",))
    if study.broke.significant(1 - study.correlation.interval.level):
        return Fact("Break test", f"tiny ({p})", (f"{before} → {after}",))
    return Fact("Break test", f"none ({p})")


def _tail_facts(study: PairStudy) -> tuple[Fact, ...]:
    stress = study.stress
    if stress.downside is None or stress.normal is None or stress.verdict is None:
        return (Fact("Sell-offs", "too few to judge"),)
    excess = stress.downside.value - stress.normal
    sign = "⚠ " if stress.verdict is Verdict.MORE and excess >= NOTABLE_EXCESS else ""
    value = f"{text.ratio(stress.downside.value)} {sign}normal {text.ratio(stress.normal)}"
    words = {
        Verdict.MORE: "→ falls together",
        Verdict.NORMAL: "→ as calm days",
        Verdict.LESS: "→ less than calm",
    }
    return (Fact("Sell-offs", value, (words[stress.verdict],)),)


def _details(study: PairStudy) -> tuple[Fact, ...]:
    stress = study.stress
    facts = [Fact("Independent", f"worth {study.correlation.effective_n:,.0f} bars")]
    if stress.downside is not None:
        facts.append(Fact("Sell-offs", text.ratio_range(stress.downside.interval)))
    if stress.upside is not None:
        facts.append(Fact("Rallies", text.ratio_estimate(stress.upside)))
    if study.background is not None:
        facts.append(Fact("Before", _with_interval(study.background)))
    facts.append(
        Fact("Stays within", f"{text.ratio(study.band.low)} to {text.ratio(study.band.high)}")
    )
    return tuple(facts)


def _sample(correlation: Correlation, bar: timedelta) -> str:
    worth = f"worth {correlation.effective_n:,.0f} independent"
    return (
        f"{text.bars(correlation.n_observations, bar)}, {worth} · "
        f"robust {text.level(correlation.interval)} range"
    )


def _what_next(query: CorrelationQuery, study: PairStudy) -> tuple[Button, ...]:
    window = spelled(query.window.length)
    held, hedge = query.instruments
    if not study.history.markets[1].is_contract:
        if study.history.markets[0].is_contract:
            held, hedge = hedge, held
        else:
            hedge = replace(hedge, kind=Kind.PERP, quote=None, settle=None)
    hedging = f"/hedge $10k {held} {hedge} {window}"
    return (Button("Hedge", hedging), again(query.asked(query.window)))


def _numbers(query: CorrelationQuery, study: PairStudy) -> dict[str, Json]:
    history, stress = study.history, study.stress
    broke = study.broke
    return {
        "command": "corr",
        "instruments": [str(instrument) for instrument in query.instruments],
        "markets": [f"{market.venue}:{market.symbol}" for market in history.markets],
        "prices": history.origin.name,
        "as_of": history.last_close.isoformat(),
        "window_days": query.window.length / timedelta(days=1),
        "bar_seconds": history.bar.total_seconds(),
        "method": str(query.method),
        "correlation": _json(study.correlation),
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
        "value": correlation.value,
        "low": correlation.interval.low,
        "high": correlation.interval.high,
        "level": correlation.interval.level,
        "n": correlation.n_observations,
        "effective_n": correlation.effective_n,
    }


COMMAND = Command(
    name="corr",
    aliases=("c",),
    summary="how closely markets move together",
    usage="/corr A B [30d] [1h] [m=spearman] [ci=99] [roll=7d] [end=2026-09-01] [brief]",
    examples=(
        "/corr BTC ETH-PERP 30d",
        "/corr BTC ETH SOL 90d",
        "/corr ETH BTC 1y 4h m=spearman",
    ),
    parse=parse,
    answer=answer,
    menu_place=10,
    placeholder="BTC ETH-PERP 30d",
)
