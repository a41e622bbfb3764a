"""Alerts of chats in the database, and which of them are due; each on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from analytics.market.windows import DAY, HOUR
from bot.store.alerts import SqlAlerts
from bot.store.database import Database, open_database
from bot.store.ledger import Ledger
from bot.store.letters import Kind
from bot.store.outbox import SUSPECT_AFTER
from bot.store.tables import alerts, outbox
from bot.store.watching import Settled, Watching, Word
from handlers import Reply, Room
from handlers._watch.alert import MOST_ALERTS, Alert, NewAlert, TooManyAlertsError
from handlers._watch.grammar import rule_of
from handlers._watch.states import Phase, State

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROOM = Room(-100, 7)
RULE = "ETH BTC-PERP corr<0.6"


def new(n: int = 1, *, rule: str = RULE, room: Room = ROOM, check: datetime = NOON) -> NewAlert:
    return NewAlert(5, room, rule_of(rule), State(), check, NOON, occasion=f"update:{n}")


def word(key: str = "alert:1:1:1:fired") -> Word:
    return Word(key, Reply(title="Fired", answer="0.5"), Kind.ALERT)


def fired(alert: Alert, *words: Word) -> Settled:
    return Settled(alert, State(Phase.FIRING, episode=1), NOON + HOUR, words)


async def posted(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list((await connection.execute(select(outbox.c.key))).scalars())


async def test_an_alert_survives_a_restart(database_url: str) -> None:
    first = await open_database(database_url)
    made = await SqlAlerts(first).add(
        new(rule="40 ETH -2 BTC-PERP drift>10% every until=2027-06-01")
    )
    await first.close()
    second = await open_database(database_url)
    assert await SqlAlerts(second).of_chat(-100) == [made]
    assert await SqlAlerts(second).of_chat(-101) == []
    assert await SqlAlerts(second).numbered(-100, 1) == made
    assert await SqlAlerts(second).numbered(-100, 2) is None
    assert made.room == ROOM
    assert made.expires == datetime(2027, 6, 1, tzinfo=UTC)
    await second.close()


async def test_a_repeated_request_makes_no_second_alert(database: Database) -> None:
    kept = SqlAlerts(database)
    first, again = await kept.add(new(1)), await kept.add(new(1))
    assert again == first
    both = await asyncio.gather(kept.add(new(2)), kept.add(new(3)))
    assert sorted(alert.number for alert in both) == [2, 3]


async def test_numbers_are_not_given_again(database: Database) -> None:
    kept = SqlAlerts(database)
    await kept.add(new(1))
    last = await kept.add(new(2))
    assert await kept.delete(last.id)
    assert not await kept.delete(last.id)
    assert (await kept.add(new(3))).number == 3
    assert (await kept.add(new(4, room=Room(9)))).number == 1, "each chat counts for itself"


async def test_a_chat_has_twenty_alerts_at_most(database: Database) -> None:
    kept = SqlAlerts(database)
    made = [await kept.add(new(n)) for n in range(MOST_ALERTS)]
    with pytest.raises(TooManyAlertsError, match=r"20 alerts is the limit\. Delete one: /alerts"):
        await kept.add(new(99))
    assert (await kept.add(new(3))).number == made[3].number, "a repeat of a known request is none"
    await kept.delete(made[0].id)
    assert (await kept.add(new(99))).number == 21


async def test_a_changed_alert_begins_anew_under_another_version(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    alert = await kept.add(new())
    claim = await watching.claimed(NOON)
    assert claim is not None
    changed = await kept.change(
        alert.id, rule_of("ETH BTC-PERP corr<0.5"), state=State(), check=NOON, expires=NOON + DAY
    )
    assert changed is not None
    assert changed.version == alert.version + 1
    assert await watching.settle([fired(claim.alerts[0], word())], NOON) == []
    assert await posted(database) == [], "what was seen of the old rule is not told"
    assert (await kept.of_chat(-100))[0].state == State()
    assert await kept.change(99, alert.rule, state=State(), check=NOON, expires=NOON) is None


async def test_snoozing_keeping_and_arming_change_only_that(database: Database) -> None:
    kept = SqlAlerts(database)
    alert = await kept.add(new())
    snoozed = await kept.snooze(alert.id, NOON + HOUR)
    assert snoozed == replace(alert, snoozed_until=NOON + HOUR)
    assert await kept.snooze(alert.id, None) == alert
    assert await kept.keep(alert.id, NOON + 99 * DAY) == replace(alert, expires=NOON + 99 * DAY)
    armed = await kept.arm(alert.id, state=State(Phase.PENDING, 1), check=NOON)
    assert armed is not None
    assert armed.state.phase is Phase.PENDING


async def test_due_alerts_of_one_measure_are_claimed_together_and_once(database: Database) -> None:
    kept = SqlAlerts(database)
    await kept.add(new(1, rule="ETH BTC-PERP corr<0.6"))
    await kept.add(new(2, rule="ETH BTC-PERP corr<0.7 every", room=Room(9)))
    await kept.add(new(3, rule="SOL BTC-PERP corr<0.6", check=NOON - HOUR))
    await kept.add(new(4, rule="ETH BTC-PERP corr<0.5", check=NOON + HOUR))
    one, two = Watching(database, "one"), Watching(database, "two")
    first = await one.claimed(NOON)
    second = await two.claimed(NOON)
    assert first is not None
    assert second is not None
    assert [alert.number for alert in first.alerts] == [2], "the longest due goes first"
    assert {alert.room.chat_id for alert in second.alerts} == {-100, 9}
    assert await one.claimed(NOON) is None
    assert await two.settle([fired(first.alerts[0])], NOON) == [], "not its own"


async def test_of_many_at_once_each_alert_has_one_holder(database: Database) -> None:
    kept = SqlAlerts(database)
    for n in range(12):
        await kept.add(new(n, rule=f"ETH BTC-PERP corr<0.6 {20 + n}d"))
    processes = [Watching(database, f"p{n}") for n in range(4)]
    claims = await asyncio.gather(*(p.claimed(NOON) for p in processes for _ in range(4)))
    ids = [alert.id for claim in claims if claim for alert in claim.alerts]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 12


async def test_state_and_letter_are_one_transaction_and_a_repeat_posts_nothing(
    database: Database,
) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new())
    claim = await watching.claimed(NOON)
    assert claim is not None
    assert claim.attempts == 1
    (alert,) = claim.alerts
    assert await watching.settle([fired(alert, word())], NOON) == [alert]
    assert await posted(database) == ["alert:1:1:1:fired"]
    assert await watching.settle([fired(alert, word("other"))], NOON) == []
    assert await posted(database) == ["alert:1:1:1:fired"]
    (after,) = await kept.of_chat(-100)
    assert after.state.phase is Phase.FIRING
    assert after.check == NOON + HOUR


async def test_a_failing_letter_leaves_the_state_as_it_was(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new())
    claim = await watching.claimed(NOON)
    assert claim is not None
    unwritable = Word("k", Reply(title="", answer="", numbers={"x": object()}), Kind.ALERT)  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        await watching.settle([fired(claim.alerts[0], unwritable)], NOON)
    (after,) = await kept.of_chat(-100)
    assert after.state == State()
    assert await posted(database) == []


async def test_each_claim_that_ends_in_nothing_is_counted(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new())
    for n in range(1, 4):
        claim = await watching.claimed(NOON)
        assert claim is not None
        assert claim.attempts == n
        async with database.writing() as connection:
            await connection.execute(update(alerts).values(holder=None))
    claim = await watching.claimed(NOON)
    assert claim is not None
    await watching.put_back(claim, NOON)
    again = await watching.claimed(NOON)
    assert again is not None
    assert again.attempts == 1


async def test_what_may_have_ended_the_process_is_looked_at_last(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new(1, check=NOON - HOUR))
    await kept.add(new(2, check=NOON - HOUR, room=Room(9)))
    await kept.add(new(3, rule="SOL BTC-PERP corr<0.6"))
    async with database.writing() as connection:
        suspect = update(alerts).where(alerts.c.chat_id == 9)
        await connection.execute(suspect.values(attempts=SUSPECT_AFTER))
    assert await watching.suspicion(NOON) == SUSPECT_AFTER, "one of those that share its look"
    async with database.writing() as connection:
        await connection.execute(
            update(alerts).where(alerts.c.number == 1).values(attempts=SUSPECT_AFTER)
        )
    assert await watching.suspicion(NOON) == 0
    first = await watching.claimed(NOON)
    assert first is not None
    assert str(first.alerts[0].rule.measure).startswith("corr SOL")
    assert await watching.suspicion(NOON) == SUSPECT_AFTER
    last = await watching.claimed(NOON)
    assert last is not None
    assert len(last.alerts) == 2
    assert await watching.suspicion(NOON) is None


async def test_an_alert_that_no_grammar_reads_is_set_aside(database: Database) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "one")
    await kept.add(new(1))
    await kept.add(new(2, rule="SOL BTC-PERP corr<0.6"))
    async with database.writing() as connection:
        await connection.execute(update(alerts).where(alerts.c.number == 1).values(rule="!?"))
    claim = await watching.claimed(NOON + timedelta(days=1))
    assert claim is not None
    assert [alert.number for alert in claim.alerts] == [2]
    assert [alert.number for alert in await kept.of_chat(-100)] == [2]


@pytest.mark.parametrize("words", ['{"phase": "dozing"}', '{"phase": "normal", "mood": 1}'])
async def test_an_alert_that_a_newer_version_wrote_is_left_to_it(
    database: Database, words: str
) -> None:
    kept, watching = SqlAlerts(database), Watching(database, "old")
    await kept.add(new())
    async with database.writing() as connection:
        await connection.execute(update(alerts).values(state=words))
    assert await watching.claimed(NOON) is None
    async with database.writing() as connection:
        # As the newer one reads it.
        await connection.execute(update(alerts).values(state=State().as_text()))
    claim = await Watching(database, "new").claimed(NOON + timedelta(minutes=1))
    assert claim is not None
    assert claim.attempts == 1


async def test_a_private_chat_is_reached_where_something_arrived(database: Database) -> None:
    kept, ledger = SqlAlerts(database), Ledger(database, "one")
    assert not await kept.reaches(5)
    await ledger.intend("reply:1:0", chat_id=5)
    assert not await kept.reaches(5)
    await ledger.confirm("reply:1:0", message_id=77)
    assert await kept.reaches(5)
