"""A world of alerts: time that is turned by hand, and markets whose values are known."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from analytics.market.prices import Origin
from analytics.market.windows import HOUR, MINUTE
from analytics.studies.readings import Reading
from bot.standing.telling import Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.database import Database
from bot.store.tables import outbox
from bot.store.watching import Watching
from handlers import Reply, Room, Services
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.measure import Measure
from handlers._watch.rule import PRICE_FACTS
from handlers._watch.states import Event, Phase, State
from tests.handlers.asking import services

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROOM = Room(-100, 7)


class PowerCutError(BaseException):
    """The process ends here."""


@dataclass(slots=True, eq=False)
class World:
    """Time that is turned by hand, and markets whose values are known."""

    database: Database
    now: datetime = NOON
    value: Callable[[Measure, datetime], float] = lambda _measure, _now: 0.8
    fails: Callable[[Measure, datetime], Exception | None] = lambda _measure, _now: None
    late: timedelta = timedelta(0)
    halted: str = "nothing"
    """A market that has had no price since noon."""
    looks: list[tuple[str, datetime]] = field(default_factory=list)
    dies_at: str | None = None

    async def look(self, measure: Measure, _: Services) -> Reading:
        self.looks.append((str(measure), self.now))
        if self.dies_at == str(measure):
            raise PowerCutError
        error = self.fails(measure, self.now)
        if error is not None:
            raise error
        step = timedelta(minutes=5) if measure.metric in PRICE_FACTS else HOUR
        passed = (self.now - self.late - NOON) // step
        as_of = NOON if self.halted in str(measure) else NOON + passed * step
        value = self.value(measure, self.now)
        return Reading(value, None, as_of, step, ("A", "B"), "Binance", Origin("test"))

    def watch(self, name: str = "one") -> Watch:
        using = replace(services(), now=lambda: self.now)
        return Watch(
            Watching(self.database, name),
            using,
            Telling(using, tell=plainly),
            look=self.look,
            now=self.time,
        )

    async def time(self) -> datetime:
        return self.now

    async def add(self, rule: str, *, n: int = 1, room: Room = ROOM) -> None:
        wanted = rule_of(rule)
        await SqlAlerts(self.database).add(
            NewAlert(5, room, wanted, State(), self.now, self.now, occasion=f"update:{n}")
        )

    async def pass_time(
        self, length: timedelta, *watches: Watch, every: timedelta = 5 * MINUTE
    ) -> None:
        until = self.now + length
        while self.now < until:
            self.now += every
            for watch in watches or (self.watch(),):
                await watch.sweep()

    async def letters(self, chat_id: int | None = None) -> list[str]:
        question = select(outbox.c.key, outbox.c.chat_id).order_by(outbox.c.due_ms, outbox.c.key)
        async with self.database.reading() as connection:
            rows = (await connection.execute(question)).all()
        return [row.key for row in rows if chat_id in (None, row.chat_id)]

    async def phases(self) -> list[Phase]:
        return [alert.state.phase for alert in await SqlAlerts(self.database).of_chat(-100)]


async def plainly(event: Event, _alert: object, _services: Services) -> Reply:
    return Reply(title=type(event).__name__, answer="")


def falls_at(moment: datetime, *, until: datetime | None = None) -> Callable[..., float]:
    def value(_measure: Measure, now: datetime) -> float:
        is_low = now >= moment and (until is None or now < until)
        return 0.4 if is_low else 0.8

    return value
