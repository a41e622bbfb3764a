"""What is due goes by the database's clock, whatever a process takes for the time; on both."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from analytics.market.prices import Origin
from analytics.market.windows import HOUR, MINUTE
from analytics.studies.readings import Reading
from bot.standing.telling import Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.clock import datetime_of
from bot.store.database import Database
from bot.store.tables import outbox
from bot.store.watching import GATHERING, Watching
from handlers import Reply, Services
from handlers._watch.measure import Measure
from handlers._watch.states import Event
from tests.bot.store.test_alerts import new
from tests.handlers.asking import services

RULE = "ETH BTC-PERP corr<0.6 for=1"


async def _low(_measure: Measure, _services: Services) -> Reading:
    return Reading(0.4, None, datetime.now(UTC), HOUR, ("A", "B"), "Binance", Origin("test"))


async def _plain(event: Event, _alert: object, _services: Services) -> Reply:
    return Reply(title=type(event).__name__, answer="")


def watch(database: Database, clock: Callable[[], datetime]) -> Watch:
    using = replace(services(), now=clock)
    return Watch(Watching(database, "one"), using, Telling(using, tell=_plain), look=_low)


@pytest.mark.parametrize("skew", [-2 * HOUR, 2 * HOUR])
async def test_a_process_whose_clock_is_wrong_looks_at_what_is_due_and_at_nothing_else(
    database: Database, skew: timedelta
) -> None:
    now = datetime.now(UTC)
    kept = SqlAlerts(database)
    due = await kept.add(replace(new(1, rule=RULE, check=now - MINUTE), created=now))
    later = await kept.add(replace(new(2, rule=RULE, check=now + HOUR), created=now))
    await watch(database, lambda: datetime.now(UTC) + skew).turn()
    looked_at = {alert.id: alert.state.episode for alert in await kept.of_chat(-100)}
    assert looked_at == {due.id: 1, later.id: 0}
    async with database.reading() as connection:
        [letter] = await connection.execute(select(outbox))
    assert datetime_of(letter.due_ms) - now < GATHERING + MINUTE, (
        "nor does its letter wait for hours"
    )
    assert datetime_of(letter.due_ms) > now
