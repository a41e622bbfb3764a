"""An alert at work, and readings of which every number is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analytics.market.prices import Origin
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.readings import HedgeNow, Moved, Normal, Reading
from handlers import Room
from handlers._watch.alert import Alert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from tests.handlers.asking import NOW

AS_OF = NOW - timedelta(minutes=20)
SIMULATED = Origin("simulated", "Simulated prices")

DECOUPLED = Reading(
    value=0.58,
    interval=Interval(0.47, 0.67),
    as_of=AS_OF,
    step=timedelta(hours=1),
    names=("ETH", "BTC-PERP"),
    venue="Simulated",
    origin=SIMULATED,
    normal=Normal(
        Estimate(0.86, Interval(0.83, 0.89)), Interval(0.79, 0.91), -6.2, timedelta(days=180)
    ),
    moved=Moved(datetime(2026, 10, 12, 5, tzinfo=UTC), 0.004),
    hedge=HedgeNow(
        Estimate(0.71, Interval(0.6, 0.82)),
        Estimate(0.34, Interval(0.22, 0.45)),
        Estimate(1.2, Interval(1.15, 1.25)),
        Estimate(0.71, Interval(0.66, 0.76)),
    ),
)
"""Two that came apart."""


def alert(asked: str, *, number: int = 7, state: State | None = None, owner: int = 5) -> Alert:
    """An alert that was set on ``/watch asked`` just now."""
    return Alert(
        id=70,
        number=number,
        owner_id=owner,
        room=Room(owner),
        rule=rule_of(asked),
        version=1,
        state=state or State(),
        check=NOW,
        expires=NOW + timedelta(days=90),
        created=NOW,
    )


def price_fact(value: float, *names: str) -> Reading:
    """A measure without interval, beside what was usual."""
    return replace(
        DECOUPLED,
        value=value,
        interval=None,
        names=names,
        normal=None,
        moved=None,
        hedge=None,
        usual=Estimate(0.031, Interval(-0.01, 0.08, 0.9)),
    )
