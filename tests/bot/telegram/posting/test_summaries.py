"""A message of several alerts that waits while one of them changes; each on both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from analytics.market.windows import DAY
from bot.store.alerts import SqlAlerts
from bot.store.clock import MILLISECOND, ms_of
from bot.store.gathering import WAITED, Gathering
from bot.store.ledger import Ledger
from bot.store.letters import HELD_COLUMNS, Kind, held_of
from bot.store.outbox import Outbox
from bot.store.summaries import SUMMARY
from bot.store.tables import alerts, outbox
from handlers import Reply, Room
from handlers._watch.alert import Alert
from handlers._watch.grammar import rule_of
from handlers._watch.states import Phase, State
from tests.bot.store.test_alerts import RULE, new
from tests.bot.telegram.posting.office import Office

NOW = datetime.now(UTC)
CHANGES: dict[str, Callable[[SqlAlerts, Alert], Awaitable[object]]] = {
    "stopped": lambda kept, alert: kept.delete(alert.id),
    "snoozed": lambda kept, alert: kept.snooze(alert.id, NOW + DAY),
    "edited": lambda kept, alert: kept.change(
        alert.id, rule_of("ETH BTC-PERP corr<0.1"), state=State(), check=NOW, expires=NOW + DAY
    ),
}


async def posted(office: Office, ann: Any, *, rule: str = RULE, n: int = 4) -> list[Alert]:
    """Alerts with a message each that waits."""
    kept = SqlAlerts(office.database)
    made = [
        await kept.add(
            replace(new(number, rule=rule, room=Room(ann.id), check=NOW + DAY), owner_id=ann.id)
        )
        for number in range(n)
    ]
    for alert in made:
        said = Reply(
            f"🔴 Coin{alert.id} fell below 0.6:",
            "0.58",
            notes=(f"Rough for coin{alert.id}.",),
            numbers={"alert": alert.number, "event": "fired"},
        )
        await office.letter(
            f"alert:{alert.id}:1:1:fired",
            ann,
            said,
            kind=Kind.ALERT,
            subscription=f"alert:{alert.id}",
        )
    return made


async def gathered(office: Office, ann: Any, *, rule: str = RULE) -> list[Alert]:
    """Alerts whose news is one message that waits."""
    made = await posted(office, ann, rule=rule)
    [first] = await Outbox(office.database, "early").claim(1)
    assert await Gathering(office.database).gather(first)
    return made


@pytest.mark.parametrize(
    "apart",
    [
        {"holder": "another"},
        {"owner_id": 99},
        {"thread_id": 5},
        {"kind": Kind.NOTICE},
        {"buried_ms": 1, "buried_why": "refused"},
    ],
    ids=["on its way", "another's", "of a topic", "no alert", "given up"],
)
async def test_only_what_waits_for_the_same_person_at_the_same_place_is_told_together(
    office: Office, apart: dict[str, Any]
) -> None:
    ann = office.telegram.person("Ann")
    made = await posted(office, ann, n=5)
    names = [f"alert:{alert.id}:1:1:fired" for alert in made]
    async with office.database.writing() as connection:
        other = update(outbox).where(outbox.c.key == names[-1])
        await connection.execute(other.values(**apart))
        ours = update(outbox).where(outbox.c.key == names[0])
        row = await connection.execute(ours.values(holder="early").returning(*HELD_COLUMNS))
        first = held_of(row.one())
    assert await Gathering(office.database).gather(first)
    async with office.database.reading() as connection:
        left = (await connection.execute(select(outbox.c.key))).scalars().all()
    assert names[-1] in left, "it is told by itself"
    assert not set(names[:-1]) & set(left), "the others are one message"
    assert len(left) == 1 + 1


async def waiting(office: Office) -> list[str]:
    async with office.database.reading() as connection:
        found = select(outbox.c.key).where(outbox.c.holder.is_(None)).order_by(outbox.c.key)
        return list((await connection.execute(found)).scalars())


async def looked_at(office: Office, alert: Alert, **values: Any) -> None:
    async with office.database.writing() as connection:
        await connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**values))


async def test_news_waits_while_another_of_its_chat_is_due_and_then_all_is_one_message(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    made = await posted(office, ann)
    await looked_at(office, made[-1], check_ms=ms_of(NOW), holder="a slow sweep")
    early = Outbox(office.database, "early")
    [first] = await early.claim(1)
    assert await Gathering(office.database).gather(first)
    assert await waiting(office) == sorted(f"alert:{alert.id}:1:1:fired" for alert in made)
    assert await early.claim(9) == [], "nor is it taken again and again"
    await looked_at(office, made[-1], check_ms=ms_of(NOW + DAY), holder=None)
    async with office.open(office.postman()), asyncio.timeout(30):
        await office.telegram.until(lambda: len(office.texts(ann)) == 1)
    [text] = office.texts(ann)
    assert "4 alerts fired" in text


async def test_news_waits_for_others_no_longer_than_a_minute(office: Office) -> None:
    ann = office.telegram.person("Ann")
    made = await posted(office, ann, n=1)
    await looked_at(office, made[0], check_ms=ms_of(NOW))
    async with office.database.writing() as connection:
        long_ago = ms_of(NOW) - (WAITED + timedelta(seconds=1)) // MILLISECOND
        await connection.execute(update(outbox).values(created_ms=long_ago))
    await office.emptied()
    assert len(office.texts(ann)) == 1


@pytest.mark.parametrize(
    "apart",
    [{"owner_id": 99}, {"thread_id": 5}, {"paused_why": "It has ended."}],
    ids=["another's", "of a topic", "asleep"],
)
async def test_news_does_not_wait_for_what_is_not_told_with_it(
    office: Office, apart: dict[str, Any]
) -> None:
    ann = office.telegram.person("Ann")
    made = await posted(office, ann)
    await looked_at(office, made[-1], check_ms=ms_of(NOW), **apart)
    [first] = await Outbox(office.database, "early").claim(1)
    assert await Gathering(office.database).gather(first)
    [summary] = await office.left()
    assert summary.startswith(SUMMARY)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_message_of_several_alerts_that_waits_is_silent_about_one_that_was(
    office: Office, change: str
) -> None:
    ann = office.telegram.person("Ann")
    first, *others = await gathered(office, ann)
    await CHANGES[change](SqlAlerts(office.database), first)
    await office.emptied()
    [text] = office.texts(ann)
    assert "3 alerts fired" in text
    assert f"Coin{first.id} " not in text
    assert f"coin{first.id}" not in text, "nor is a note of it left"
    assert all(f"Coin{alert.id} fell below 0.6: 0.58" in text for alert in others)
    [message] = office.telegram.replies(ann)
    assert message.labels[0] == [str(alert.number) for alert in others]


async def test_what_was_said_of_one_is_left_of_a_message_of_several(office: Office) -> None:
    ann = office.telegram.person("Ann")
    *stopped, last = await gathered(office, ann)
    for alert in stopped:
        await SqlAlerts(office.database).delete(alert.id)
    await office.emptied()
    [text] = office.texts(ann)
    assert f"Coin{last.id} fell below 0.6: 0.58" in text
    assert "alerts fired" not in text
    [message] = office.telegram.replies(ann)
    assert message.labels[0] == [f"Alert {last.number}"]


async def test_nothing_is_left_of_a_message_whose_alerts_were_all_stopped(office: Office) -> None:
    ann = office.telegram.person("Ann")
    for alert in await gathered(office, ann):
        await SqlAlerts(office.database).delete(alert.id)
    await office.emptied()
    assert office.texts(ann) == []


async def test_a_message_that_may_have_arrived_keeps_its_words(office: Office) -> None:
    ann = office.telegram.person("Ann")
    first, *_ = await gathered(office, ann)
    [summary] = await office.left()
    await Ledger(office.database, "dead").intend(f"{summary}:0", chat_id=ann.id)
    await SqlAlerts(office.database).delete(first.id)
    [held] = await Outbox(office.database, "late").claim(1)
    assert held.letter.subscription is not None
    assert f"alert:{first.id}" in held.letter.subscription.split()


async def test_what_speaks_once_and_waits_among_others_is_awake_after_a_snooze(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    first, *_ = await gathered(office, ann, rule=f"{RULE} once")
    told = State(Phase.FIRING, episode=1, told_at=NOW, is_told=True)
    async with office.database.writing() as connection:
        asleep = {"state": told.as_text(), "paused_why": "It has told you."}
        await connection.execute(update(alerts).values(**asleep))
    kept = SqlAlerts(office.database)
    await kept.snooze(first.id, NOW + DAY)
    awake = [alert.id for alert in await kept.of_chat(ann.id) if alert.paused_why is None]
    assert awake == [first.id]
