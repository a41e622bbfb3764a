"""What a digest says of holding on: funding of the contracts, and how far positions are off."""

from collections.abc import Iterator, Sequence
from enum import Enum, auto

from analytics.language import counted, tr
from analytics.market.markets import Market
from analytics.positions.carry import FundingCarry
from handlers import _format as text
from handlers._costs import cost_terms
from handlers._digest.gathering import DEFAULT_HOLD, Told
from handlers._drift.words import summary as drift_summary
from handlers._markets import labels

BRIEF = frozenset({"brief"})


class Length(Enum):
    """How much is said of positions."""

    WHOLE = auto()
    ORDERS = auto()
    SHORT = auto()
    COUNT = auto()


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


def drift_lines(told: Sequence[Told], length: Length) -> Iterator[str]:
    """How far each position is off and what to do; those that can wait are counted where short."""
    drifts = [one for one in told if one.drift is not None]
    resized = [one for one in drifts if _is_resized(one)]
    match length:
        case Length.WHOLE:
            yield from map(_whole, drifts)
        case Length.ORDERS:
            yield from map(_whole, resized)
        case Length.SHORT if resized:
            shown = ", ".join(map(_short, resized))
            yield tr("Drift, worth a resize: {positions}", positions=shown)
        case Length.COUNT if resized:
            yield counted(
                "Drift: 1 position is worth a resize.",
                "Drift: {n} positions are worth a resize.",
                len(resized),
            )
    rest = len(drifts) - len(resized)
    if length is not Length.WHOLE and rest:
        yield counted(
            "Drift: nothing to do in 1 position.", "Drift: nothing to do in {n} positions.", rest
        )


def _is_resized(told: Told) -> bool:
    """Whether there is something to do, or to say in words."""
    study = None if told.drift is None else told.drift.study
    return study is None or study.judgement.resize


def _whole(told: Told) -> str:
    return tr("Drift {position}: {judged}", position=_position(told), judged=_judged(told))


def _short(told: Told) -> str:
    """``40 ETH −23 %``: what is held, and how far its hedge is off."""
    held = str(told.pair.first)
    if told.drift is None or told.drift.study is None:
        return f"{held} ?"
    return f"{held} {text.percent(told.drift.study.share.value, signed=True)}"


def _position(told: Told) -> str:
    return " ".join(map(str, told.pair.position or ()))


def _judged(told: Told) -> str:
    if told.drift is None or told.drift.study is None:
        return told.drift.sentence if told.drift else ""
    study = told.drift.study
    return drift_summary(BRIEF, study, cost_terms(None, study.market), hold=DEFAULT_HOLD).answer
