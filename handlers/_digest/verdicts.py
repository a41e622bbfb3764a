"""Each verdict as a word and a shape; colour only repeats them."""

from analytics.charts.digest import Verdict
from analytics.language import later, tr
from analytics.market.span import moment
from analytics.market.windows import spelled
from analytics.statistics.bands import BAND_WIDTH
from analytics.studies.digests import EDGE, PairDigest, State
from handlers import _format as text

SIGNS = {State.STEADY: "🟢", State.EDGE: "🔶", State.CHANGED: "🟥", State.UNJUDGED: "⚪"}
"""A circle, a diamond, a square and an empty circle."""
ORDER = (State.CHANGED, State.EDGE, State.STEADY, State.UNJUDGED)
"""What asks for attention comes first."""
SHAPES: dict[State, Verdict] = {
    State.STEADY: "steady",
    State.EDGE: "edge",
    State.CHANGED: "changed",
    State.UNJUDGED: "none",
}
_WORDS = {
    State.STEADY: later("steady"),
    State.EDGE: later("at the edge"),
    State.CHANGED: later("changed"),
    State.UNJUDGED: later("without a verdict"),
}
_COUNTS = {
    State.STEADY: later("{n} steady"),
    State.EDGE: later("{n} at the edge"),
    State.CHANGED: later("{n} changed"),
    State.UNJUDGED: later("{n} without a verdict"),
}


def state_count(state: State, n: int) -> str:
    """So many pairs with that verdict: ``2 steady``."""
    return f"{SIGNS[state]} {tr(_COUNTS[state], n=n)}"


def state_word(state: State) -> str:
    """The verdict without its reason: ``at the edge``."""
    return tr(_WORDS[state])


def verdict(digest: PairDigest) -> str:
    """What the tests say, with the reason: ``broke ~12 Mar``, ``near its low edge``."""
    match digest.state:
        case State.CHANGED:
            return _changed(digest)
        case State.EDGE:
            return _edge(digest)
        case State.STEADY:
            departure = digest.now.departure
            is_tiny = departure is not None and departure.is_outside
            return tr("steady, a tiny move") if is_tiny else tr("steady")
        case State.UNJUDGED if digest.is_stale:
            return tr("stale: last bar {age} old, no verdict", age=_age(digest))
        case State.UNJUDGED:
            return tr("too young for a verdict")


def _changed(digest: PairDigest) -> str:
    if digest.now.break_time is not None:
        return tr("broke {day}", day=_break_day(digest))
    below = digest.now.departure is not None and digest.now.departure.sigmas < -BAND_WIDTH
    return tr("below its band") if below else tr("above its band")


def _edge(digest: PairDigest) -> str:
    if digest.now.state is State.STEADY:
        return tr("hedge weaker")
    found = digest.now.departure
    if found is None or abs(found.sigmas) <= EDGE:
        return tr("may have broken {day}", day=_break_day(digest))
    return tr("near its low edge") if found.sigmas < 0 else tr("near its high edge")


def _break_day(digest: PairDigest) -> str:
    when = digest.now.break_time
    if when is None:
        return ""
    return f"~{text.day(moment(when), seen_from=digest.history.last_close)}"


def _age(digest: PairDigest) -> str:
    bar = digest.history.bar
    return spelled((digest.history.as_of - digest.history.last_close) // bar * bar)
