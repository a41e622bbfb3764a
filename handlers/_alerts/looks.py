"""How alerts stand now: each measure looked at once, side by side, a few at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.studies.readings import Reading
from handlers._command import Services
from handlers._watch.alert import Alert
from handlers._watch.measure import Measure, Metric
from handlers._watch.reading import reading
from handlers._watch.rule import BAND_SIGMAS, Rule
from handlers._watch.states import Phase

AT_ONCE = 4
FAR = 1e6
"""A distance beyond all others: nothing is known."""
NORMAL_WIDTH = 3.92
"""Width of a 95 % interval in standard errors."""
_FIRING = frozenset({Phase.FIRING, Phase.RECOVERING})


@dataclass(frozen=True, slots=True)
class Stand:
    """An alert and what was seen of it now; ``why_not`` where nothing was."""

    alert: Alert
    seen: Reading | None
    why_not: str = ""

    @property
    def is_firing(self) -> bool:
        """Whether it fires."""
        return self.alert.paused_why is None and self.alert.state.phase in _FIRING

    @property
    def distance(self) -> float:
        """How far it is from firing, about in standard errors; 0 or less where it is met."""
        return FAR if self.seen is None else _distance(self.alert.rule, self.seen)


async def stands(alerts: Sequence[Alert], services: Services) -> list[Stand]:
    """All alerts as they stand now, nearest to firing first, those that sleep last."""
    awake = dict.fromkeys(a.rule.measure for a in alerts if a.paused_why is None)
    gate = asyncio.Semaphore(AT_ONCE)
    looks = await asyncio.gather(*(_look(measure, services, gate) for measure in awake))
    seen = dict(zip(awake, looks, strict=True))
    return sorted((_stand(alert, seen) for alert in alerts), key=_nearness)


async def _look(
    measure: Measure, services: Services, gate: asyncio.Semaphore
) -> Reading | RequestError | SourceError:
    async with gate:
        try:
            return await reading(measure, services)
        except (RequestError, SourceError) as error:
            return error


def _stand(alert: Alert, seen: Mapping[Measure, Reading | RequestError | SourceError]) -> Stand:
    match seen.get(alert.rule.measure):
        case Reading() as found:
            return Stand(alert, found)
        case None:
            return Stand(alert, None, tr(alert.paused_why) if alert.paused_why else "")
        case error:
            return Stand(alert, None, error.sentence)


def _nearness(stand: Stand) -> tuple[int, float, int]:
    alert = stand.alert
    group = 2 if alert.paused_why is not None else 0 if stand.is_firing else 1
    return group, stand.distance, alert.number


def _distance(rule: Rule, seen: Reading) -> float:
    if rule.condition is None:
        return FAR if seen.normal is None else BAND_SIGMAS - _departure(rule, seen.normal.sigmas)
    gap = seen.value - rule.condition.threshold
    outside = gap if rule.condition.comparison.is_downward else -gap
    return outside / _scale(seen, rule.condition.threshold)


def _departure(rule: Rule, sigmas: float) -> float:
    return sigmas if rule.measure.metric is Metric.LOCKSTEP else abs(sigmas)


def _scale(seen: Reading, threshold: float) -> float:
    """What one step of chance is for a measure: a standard error, or what is usual for a price."""
    spread = seen.interval or (seen.usual.interval if seen.usual else None)
    width = 0.0 if spread is None else (spread.high - spread.low) / NORMAL_WIDTH
    return max(width, 0.01 * abs(threshold), 1e-6)
