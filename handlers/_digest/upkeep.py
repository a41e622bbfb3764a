"""What a digest says of holding on: funding of the contracts, and how far positions are off."""

from collections.abc import Iterator, Sequence

from analytics.language import tr
from analytics.market.markets import Market
from analytics.positions.carry import FundingCarry
from handlers import _format as text
from handlers._costs import cost_terms
from handlers._digest.gathering import DEFAULT_HOLD, Told
from handlers._drift.words import summary as drift_summary
from handlers._markets import labels

BRIEF = frozenset({"brief"})


def funding_line(funding: Sequence[tuple[Market, FundingCarry]], *, most: int) -> str:
    """What shorts received over the window, annualised, the largest first; else nothing."""
    known = [(market, carry.apr.value) for market, carry in funding if carry.apr is not None]
    if not known or not most:
        return ""
    names = labels([market for market, _ in known])
    ranked = sorted(zip(names, known, strict=True), key=lambda one: -abs(one[1][1]))
    shown = ", ".join(
        f"{name} {text.percent(rate, signed=True)}" for name, (_, rate) in ranked[:most]
    )
    if len(ranked) > most:
        more = tr("{n} more", n=len(ranked) - most)
        shown = f"{shown}, {more}"
    return tr("Funding to shorts, a year: {rates}", rates=shown)


def drift_lines(told: Sequence[Told], *, waits: bool) -> Iterator[str]:
    """How far each position is off and what to do; those that can wait are counted where short."""
    waiting = 0
    for one in told:
        if one.drift is None:
            continue
        if one.drift.study is not None and not one.drift.study.judgement.resize and not waits:
            waiting += 1
        else:
            yield tr("Drift {position}: {judged}", position=_position(one), judged=_judged(one))
    if waiting:
        yield tr("Drift: nothing to do in {n} positions.", n=waiting)


def _position(told: Told) -> str:
    return " ".join(map(str, told.pair.position or ()))


def _judged(told: Told) -> str:
    if told.drift is None or told.drift.study is None:
        return told.drift.sentence if told.drift else ""
    study = told.drift.study
    return drift_summary(BRIEF, study, cost_terms(None, study.market), hold=DEFAULT_HOLD).answer
