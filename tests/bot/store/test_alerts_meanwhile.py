"""What happens to an alert while somebody looks at it; each on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from analytics.market.windows import DAY, HOUR
from bot.store.alerts import SqlAlerts
from bot.store.chats import CHAT_CLOSED, close_chat, close_topic, move_chat, open_chat
from bot.store.contents import name_of
from bot.store.database import Database
from bot.store.letters import Kind
from bot.store.tables import alerts, outbox
from bot.store.watching import Claim, Settled, Watching, Word
from handlers import Reply, Room
from handlers._watch.alert import Alert
from handlers._watch.states import Phase, State, Trouble
from tests.bot.store.test_alerts import NOON, fired, new, posted, word


async def claimed(database: Database, name: str = "one") -> Claim:
    claim = await Watching(database, name).claimed(NOON)
    assert claim is not None
    return claim


async def closed(database: Database, chat_id: int) -> None:
    async with database.writing() as connection:
        await close_chat(database, connection, chat_id, "bot was blocked by the user")


async def test_a_look_does_not_wake_what_its_chat_has_put_to_sleep(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new())
    claim = await claimed(database)
    await closed(database, -100)
    assert await watching.settle([fired(claim.alerts[0], word())], NOON) == []
    (alert,) = await kept.of_chat(-100)
    assert alert.paused_why == CHAT_CLOSED
    assert alert.state == State(), "what nobody was told is seen again"
    resumed = await open_chat(database, -100)
    assert resumed is not None
    assert resumed.alerts == 1
    assert await watching.claimed(NOON) is not None, "it is nobody's by then"


async def test_a_look_does_not_wake_what_sleeps_with_its_topic(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new())
    claim = await claimed(database)
    await close_topic(database, Room(-100, 7))
    assert await watching.settle([fired(claim.alerts[0], word())], NOON) == []
    assert (await kept.of_chat(-100))[0].paused_why is not None


async def test_what_is_snoozed_while_it_is_looked_at_says_nothing(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    alert = await kept.add(new())
    claim = await claimed(database)
    await kept.snooze(alert.id, NOON + DAY)
    assert await watching.settle([fired(claim.alerts[0], word())], NOON) == []
    assert await posted(database) == []
    again = await watching.claimed(NOON)
    assert again is not None
    assert again.alerts[0].is_snoozed(NOON)


async def test_what_is_kept_while_it_ends_goes_on(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    alert = await kept.add(new())
    claim = await claimed(database)
    await kept.keep(alert.id, NOON + 90 * DAY + HOUR)
    ended = Settled(claim.alerts[0], State(), NOON, (word("ended"),), paused_why="It has ended.")
    assert await watching.settle([ended], NOON) == []
    assert await posted(database) == []
    assert (await kept.of_chat(-100))[0].paused_why is None


async def test_a_group_that_moves_meanwhile_is_told_under_its_new_number(
    database: Database,
) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new())
    claim = await claimed(database)
    await move_chat(database, -100, -100_100)
    await watching.settle([fired(claim.alerts[0], word())], NOON)
    async with database.reading() as connection:
        (row,) = await connection.execute(select(outbox))
    assert (row.chat_id, row.thread_id) == (-100_100, 7)


def silent(alert: Alert, *, venue: str = "Binance") -> Settled:
    """A look that found a venue silent, of which its chat is told once."""
    state = State(trouble=Trouble("No answer.", NOON, venue=venue, notice="unseen:1"))
    key = f"outage:{name_of(alert.room.chat_id, venue, alert.id)}"
    notice = Word(key, Reply(title=f"No prices from {venue}.", answer=""), Kind.NOTICE)
    return Settled(alert, state, NOON + HOUR, outage=notice)


async def test_an_outage_that_a_sleeping_alert_remembers_keeps_no_news_back(
    database: Database,
) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new(1))
    first = await claimed(database)
    (old,) = await watching.settle([silent(first.alerts[0])], NOON)
    assert len(await posted(database)) == 1
    async with database.writing() as connection:
        ended = update(alerts).where(alerts.c.id == old.id)
        await connection.execute(ended.values(paused_why="It has ended."))
        await connection.execute(outbox.delete())
    await kept.add(new(2, rule="SOL BTC-PERP corr<0.6"))
    second = await claimed(database)
    await watching.settle([silent(second.alerts[0])], NOON)
    assert len(await posted(database)) == 1


async def test_an_outage_that_another_alert_met_earlier_is_the_same_one(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new(1))
    await watching.settle([silent((await claimed(database)).alerts[0])], NOON)
    (notice,) = await posted(database)
    await kept.add(new(2, rule="SOL BTC-PERP corr<0.6"))
    await watching.settle([silent((await claimed(database)).alerts[0])], NOON)
    assert await posted(database) == [notice], (
        "one notice a chat and venue, whoever was blind first"
    )
    first, second = await kept.of_chat(-100)
    assert first.state.trouble is not None
    assert second.state.trouble is not None
    assert first.state.trouble.notice == second.state.trouble.notice


@pytest.mark.parametrize("chats", [12])
async def test_processes_that_meet_an_outage_in_many_chats_do_not_stop_each_other(
    database: Database, chats: int
) -> None:
    kept = SqlAlerts(database)
    rules = ("ETH BTC-PERP corr<0.6", "SOL BTC-PERP corr<0.6")
    for n in range(chats):
        for side, rule in enumerate(rules):
            # The chats of one measure are those of the other in the opposite order.
            chat = n + 1 if side else chats - n
            made = new(2 * n + side, rule=rule, room=Room(chat), check=NOON - side * HOUR)
            await kept.add(made)
    names = ("one", "two")
    claims = [await claimed(database, name) for name in names]
    looks = [[silent(alert) for alert in claim.alerts] for claim in claims]
    settled = await asyncio.gather(
        *(
            Watching(database, name).settle(outcomes, NOON)
            for name, outcomes in zip(names, looks, strict=True)
        )
    )
    assert [len(some) for some in settled] == [chats, chats]
    assert len(await posted(database)) == chats, "each chat is told once"


async def test_what_is_left_alone_is_looked_at_again_as_if_nobody_had_tried(
    database: Database,
) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    alert = await kept.add(new())
    for n in range(6):
        claim = await watching.claimed(NOON)
        assert claim is not None
        assert claim.attempts == 1
        await kept.snooze(alert.id, NOON + timedelta(minutes=n))
        seen = replace(claim.alerts[0], state=State(Phase.PENDING))
        assert await watching.settle([fired(seen)], NOON) == []
