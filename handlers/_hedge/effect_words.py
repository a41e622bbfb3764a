"""What a hedge removes, of one holding or of several, in words."""

from analytics.language import tr
from analytics.market.windows import spelled
from analytics.studies.hedge_trials import Doubt
from analytics.studies.hedges import HedgeStudy
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._hedge.course import gains
from handlers._markets import covered
from handlers._reply import Fact


def removes(study: HedgeStudy | PortfolioStudy) -> str:
    """How much of the variance goes, or that the contract is no hedge."""
    if study.doubt in (Doubt.NO_RATIO, Doubt.NOTHING_REMOVED):
        return tr("does not hedge it")
    if study.tested is None:
        return tr("removed {in_sample} in sample", in_sample=text.percent(study.in_sample))
    verb = tr("hardly hedges,") if study.doubt else tr("removes")
    return f"{verb} {text.percent_estimate(study.tested)}"


def effect_facts(study: HedgeStudy | PortfolioStudy) -> tuple[Fact, ...]:
    """What was removed on unseen days, and may be in the next window; the worst days."""
    tested, volatility = study.tested, study.daily_volatility
    if tested is None or volatility is None:
        removed = tr("{in_sample} of variance", in_sample=text.percent(study.in_sample))
        return (
            Fact(tr("Removed"), removed, (tr("in sample only"),)),
            *_next_window(study),
            _course_fact(study, tr("All {length}", length=covered_window(study))),
        )
    value = text.percent_of(tested)
    span = text.percent_range(tested.interval)
    together = tr("{span}, unseen days", span=span)
    below = (together,) if len(together) <= text.VALUE_WIDTH else (span, tr("on unseen days"))
    facts = [
        Fact(tr("Removes"), tr("{value} of variance", value=value), below),
        *_next_window(study),
        Fact(tr("1-day vol"), f"{text.percent(volatility[0])} → {text.percent(volatility[1])}"),
    ]
    if study.worst:
        before, after = (
            sum(days) * study.value_usd
            for days in zip(*((day.unhedged, day.hedged) for day in study.worst), strict=True)
        )
        change = f"{text.usd(before, signed=True)} → {text.usd(after, signed=True)}"
        facts.append(Fact(tr("Worst {n} days", n=len(study.worst)), change))
    return (*facts, _course_fact(study, tr("All {n} days", n=tested.n_days)))


def _course_fact(study: HedgeStudy | PortfolioStudy, label: str) -> Fact:
    """Where the position came to, alone and hedged: the ends of the picture's lines."""
    alone, hedged = (text.usd(gain, signed=True) for gain in gains(study))
    return Fact(label, f"{alone} → {hedged}")


def _next_window(study: HedgeStudy | PortfolioStudy) -> tuple[Fact, ...]:
    likely = study.likely
    if likely is None:
        return ()
    span = text.percent_range(likely.interval)
    value = tr("{span} likely", span=span)
    label = tr("Next {window}", window=covered_window(study))
    if len(value) > text.VALUE_WIDTH:
        return (Fact(label, span, (tr("likely"),)),)
    return (Fact(label, value),)


def covered_window(study: HedgeStudy | PortfolioStudy) -> str:
    """The length of the past that was looked at: ``30d``."""
    return spelled(covered(study.history))
