"""What keeping a hedge takes, in words: its tail, its bands, its fees."""

from dataclasses import dataclass
from datetime import timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.windows import DAY, LONGEST, spelled
from analytics.positions.drift import ResizeRule
from analytics.statistics.estimate import Estimate
from analytics.statistics.holding_times import FEWEST_HOLDS
from analytics.studies.hedge_trials import TAIL
from analytics.studies.upkeep import Upkeep
from handlers import _format as text
from handlers import _numbers as plain
from handlers._costs import CostTerms, cost_terms
from handlers._errors import UsageError
from handlers._reply import Fact, Json

USUAL_HORIZON = 30 * DAY
"""Until the next expected resize, where the asker names no holding time."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long a hedge is to stand and what its trades cost.

    ``bars`` is how many returns are summed, 1 where the asker named no holding time (``hold``).
    ``shows_fees`` where the asker named a fee.
    """

    bars: int
    horizon: timedelta
    rule: ResizeRule
    costs: CostTerms
    hold: timedelta | None
    shows_fees: bool


def keeping(
    hold: timedelta | None, fee: float | None, history: History, contracts: tuple[Market, ...]
) -> Keeping:
    """The terms of a question on these bars; the dearest of the contracts counts.

    Raises
    ------
    UsageError
        The holding time is below a bar, or too long for the window.

    """
    costs = max((cost_terms(fee, market) for market in contracts), key=lambda c: c.total)
    bars = 1 if hold is None else _in_bars(hold, history)
    per_stretch = 1.0 if hold is not None else USUAL_HORIZON / history.bar
    return Keeping(
        bars=bars,
        horizon=hold or USUAL_HORIZON,
        rule=ResizeRule(bars=per_stretch, cost=costs.total),
        costs=costs,
        hold=hold,
        shows_fees=fee is not None,
    )


def tail_facts(tail: Estimate | None) -> tuple[Fact, ...]:
    """What the hedge made of the worst bars of the tested days."""
    if tail is None:
        return ()
    verb = tr("less") if tail.value >= 0 else tr("more")
    shown = text.percent_of(Estimate(abs(tail.value), tail.interval))
    return (
        Fact(
            tr("Worst {value} %", value=f"{100 * TAIL:g}"),
            f"{shown} {verb} ({text.percent_range(tail.interval)})",
        ),
    )


def fee_facts(upkeep: Upkeep, value_usd: float) -> tuple[Fact, ...]:
    """Fees to open and to resize, and what a point of variance removed costs."""
    cost = text.usd(upkeep.opening * value_usd)
    if upkeep.resizing:
        cost += tr(
            " + {resizing} in {length}",
            resizing=text.usd(upkeep.resizing * value_usd),
            length=spelled(upkeep.horizon),
        )
    point = upkeep.per_point
    below = () if point is None else (tr("{point} a point", point=text.usd(point * value_usd)),)
    return (Fact(tr("Trade costs"), cost, below),)


def upkeep_numbers(upkeep: Upkeep | None, value_usd: float, keep: Keeping) -> dict[str, Json]:
    """Fees for machines: dollars, and the horizon in days."""
    if upkeep is None:
        return {}
    return {
        "horizon_days": keep.horizon / DAY,
        "cost_rate": keep.costs.total,
        "cost_source": keep.costs.source,
        "opening_usd": upkeep.opening * value_usd,
        "resizing_usd": None if upkeep.resizing is None else upkeep.resizing * value_usd,
        "usd_per_point": None if upkeep.per_point is None else upkeep.per_point * value_usd,
        "bands": [[band.low, band.high] for band in upkeep.bands],
    }


def tail_numbers(tail: Estimate | None) -> Json:
    """The tail measure for machines."""
    if tail is None:
        return None
    return {"share": TAIL, "shortfall_removed": tail.value, **plain.interval(tail.interval)}


def held_for(keep: Keeping) -> str:
    """How the numbers were summed: nothing where by the bar."""
    return "" if keep.hold is None else tr(" over {length}", length=spelled(keep.hold))


def span(low: float, high: float) -> str:
    """From one amount of coins to another, with the digits that their distance warrants."""
    places = 2 if high <= low else max(0, 1 - _magnitude(high - low))
    first, last = (
        localised(f"{end:,.{min(places, 8)}f}").replace("-", text.MINUS) for end in (low, high)
    )
    return tr("{first} to {last}", first=first, last=last) if low < 0 else f"{first}–{last}"


def _magnitude(width: float) -> int:
    return int(f"{width:e}".partition("e")[2])


def _in_bars(hold: timedelta, history: History) -> int:
    bars = round(hold / history.bar)
    if hold < history.bar:
        bar = spelled(history.bar)
        raise UsageError(
            tr("hold={length} is less than a bar of {bar}.", length=spelled(hold), bar=bar),
            corrections=(Correction(f"hold={bar}", f"hold={bar}", f"hold={spelled(hold)}"),),
        )
    n = len(history.in_window.log_returns)
    if n < (FEWEST_HOLDS + 1) * bars:
        raise _too_long(hold, history, n)
    return bars


def _too_long(hold: timedelta, history: History, n: int) -> UsageError:
    most = max(1, n // (FEWEST_HOLDS + 1)) * history.bar
    shorter = most // DAY * DAY if most >= DAY else most
    window = (FEWEST_HOLDS + 1) * hold
    asked, length = f"hold={spelled(hold)}", spelled(history.window)
    corrections = [Correction(f"hold={spelled(shorter)}", f"hold={spelled(shorter)}", asked)]
    if window <= LONGEST:
        days = spelled(-(-window // DAY) * DAY)
        corrections.append(Correction(days, days, length))
    return UsageError(
        tr(
            "{asked} fits {n} times into {length}; I need {fewest_holds} times to say anything.",
            asked=asked,
            n=localised(f"{n * history.bar / hold:.2g}"),
            length=length,
            fewest_holds=FEWEST_HOLDS + 1,
        ),
        corrections=tuple(corrections),
    )
