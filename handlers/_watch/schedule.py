"""When an alert is looked at next."""

from datetime import UTC, datetime, timedelta

from analytics.market.windows import MINUTE
from analytics.studies.readings import Reading
from handlers._watch.rule import PRICE_FACTS, Rule
from handlers._watch.states import Broken, Looked, NoData

GRACE = timedelta(seconds=15)
"""A venue needs a moment to publish a bar that has closed."""
SOONEST = timedelta(seconds=10)
LATEST_RETRY = timedelta(seconds=75)
"""A silent venue is asked again within this time, so that its return is seen at once."""
LONGEST_WAIT = timedelta(minutes=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check_after(
    rule: Rule, looked: Looked, now: datetime, *, retry_after: timedelta | None = None
) -> datetime:
    """The next look: when the next bar has closed; sooner where this look saw no new one."""
    match looked:
        case NoData(venue=venue) if venue is not None:
            wait = retry_after + timedelta(seconds=1) if retry_after else timedelta(seconds=30)
            return now + min(max(wait, SOONEST), LATEST_RETRY)
        case NoData() | Broken():
            return now + _a_while(rule)
        case Reading():
            return _after_reading(rule, looked, now)


def next_bar(rule: Rule, now: datetime) -> datetime:
    """When the rule's next bar has closed and can be asked for."""
    if rule.measure.metric in PRICE_FACTS:
        return now + rule.pace
    return _last_close(rule, now) + rule.pace + GRACE


def _after_reading(rule: Rule, looked: Reading, now: datetime) -> datetime:
    is_late = rule.measure.metric not in PRICE_FACTS and looked.as_of < _last_close(rule, now)
    return now + _a_while(rule) if is_late else next_bar(rule, now)


def _last_close(rule: Rule, now: datetime) -> datetime:
    return _EPOCH + (now - _EPOCH) // rule.pace * rule.pace


def _a_while(rule: Rule) -> timedelta:
    return min(max(rule.pace / 4, MINUTE), LONGEST_WAIT)
