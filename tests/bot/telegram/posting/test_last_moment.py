"""What changes while a letter waits for its moment in a postman's hands; each on both databases."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from analytics.market.windows import DAY
from bot.store.alerts import SqlAlerts
from bot.store.chats import close_chat
from bot.store.digests import SqlDigests
from bot.store.executors import Executors
from bot.store.gates import Gates, Limit
from bot.store.ledger import Ledger
from bot.store.letters import EXPIRED, EXPIRING, Kind
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.tables import alerts, outbox
from bot.telegram.posting.postman import LOOK_EVERY_S
from bot.telegram.sending.pacing import BOT, CHAT, Pacing
from handlers import Quiet, Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.alert import Alert
from handlers._watch.grammar import rule_of
from handlers._watch.rule import Repeat
from handlers._watch.states import Phase, State
from tests.bot.store.test_alerts import RULE, new
from tests.bot.telegram.posting.office import Office
from tests.bot.telegram.posting.test_summaries import gathered

NOW = datetime.now(UTC)


@dataclass
class Stopped:
    """A clock that stands still until it is let go; who sleeps meanwhile is in a sender's hands."""

    asleep: asyncio.Event = field(default_factory=asyncio.Event)
    goes: asyncio.Event = field(default_factory=asyncio.Event)
    since: float = 0.0

    def time(self) -> float:
        passed = asyncio.get_running_loop().time() - self.since if self.goes.is_set() else 0.0
        return 1e6 + passed

    def go(self) -> None:
        self.since = asyncio.get_running_loop().time()
        self.goes.set()

    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await self.goes.wait()
        await asyncio.sleep(seconds)


@asynccontextmanager
async def held_until_its_moment(office: Office) -> AsyncIterator[None]:
    """A postman takes what is due, and has to wait for all limits while the block runs."""
    clock = Stopped()
    gates = Gates(office.database, clock.time, lambda: round(clock.time() * 1e6))
    for number in range(3):
        await gates.reserve(BOT, (Limit(f"chat:{number}", CHAT),))
    async with (
        office.open(office.postman(pace=Pacing(gates, clock.sleep, slack=math.inf))),
        asyncio.timeout(30),
    ):
        await clock.asleep.wait()
        yield
        clock.go()
        while await office.left():  # noqa: ASYNC110 - no bell rings when a row is gone
            await asyncio.sleep(0.01)


async def watched(office: Office, ann: Any, *, rule: str = RULE, n: int = 1) -> Alert:
    wanted = new(n, rule=rule, room=Room(ann.id), check=NOW + DAY)
    return await SqlAlerts(office.database).add(replace(wanted, owner_id=ann.id))


CHANGES: dict[str, tuple[Callable[[SqlAlerts, Alert], Awaitable[object]], str, Kind]] = {
    "kept though it ends soon": (
        lambda kept, alert: kept.keep(alert.id, NOW + 90 * DAY),
        EXPIRING,
        Kind.NOTICE,
    ),
    "kept though it has ended": (
        lambda kept, alert: kept.keep(alert.id, NOW + 90 * DAY),
        EXPIRED,
        Kind.NOTICE,
    ),
    "stopped": (lambda kept, alert: kept.delete(alert.id), "1:fired", Kind.ALERT),
    "snoozed": (lambda kept, alert: kept.snooze(alert.id, NOW + DAY), "1:fired", Kind.ALERT),
    "edited": (
        lambda kept, alert: kept.change(
            alert.id, rule_of("ETH BTC-PERP corr<0.1"), state=State(), check=NOW, expires=NOW + DAY
        ),
        "1:fired",
        Kind.ALERT,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_what_an_alert_has_to_say_no_more_stays_unsaid(office: Office, what: str) -> None:
    change, event, kind = CHANGES[what]
    ann = office.telegram.person("Ann")
    alert = await watched(office, ann)
    key = f"alert:{alert.id}:1:{event}:5" if kind is Kind.NOTICE else f"alert:{alert.id}:1:{event}"
    await office.letter(key, ann, kind=kind)
    async with held_until_its_moment(office):
        await change(SqlAlerts(office.database), alert)
    assert office.texts(ann) == []
    assert await Ledger(office.database).in_doubt() == []


async def test_nothing_is_said_in_a_chat_that_has_closed(office: Office) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("digest:1:2026-11-05", ann)
    async with held_until_its_moment(office), office.database.writing() as connection:
        await close_chat(office.database, connection, ann.id, "blocked")
    assert office.texts(ann) == []


async def test_a_digest_that_is_stopped_does_not_come(office: Office) -> None:
    ann, kept = office.telegram.person("Ann"), SqlDigests(office.database)
    at = DailyTime(480, "UTC")
    made = await kept.add(NewDigest(ann.id, Room(ann.id), "/digest ETH BTC", at, NOW, "update:1"))
    await office.letter(f"digest:{made.id}:{date(2026, 11, 5)}", ann)
    async with held_until_its_moment(office):
        await kept.delete([made.id])
    assert office.texts(ann) == []


async def test_what_is_to_be_told_once_and_was_snoozed_at_the_last_moment_goes_on(
    office: Office,
) -> None:
    ann, kept = office.telegram.person("Ann"), SqlAlerts(office.database)
    alert = await watched(office, ann, rule=f"{RULE} {Repeat.ONCE}")
    told = State(Phase.FIRING, episode=1, since=NOW, told_at=NOW, is_told=True)
    async with office.database.writing() as connection:
        values = {"state": told.as_text(), "paused_why": "It has told you, once as you wanted."}
        await connection.execute(update(alerts).values(values))
    await office.letter(f"alert:{alert.id}:1:1:fired", ann, kind=Kind.ALERT)
    async with held_until_its_moment(office):
        await kept.snooze(alert.id, NOW + DAY)
    assert office.texts(ann) == []
    [after] = await kept.of_chat(ann.id)
    assert after.paused_why is None
    assert not after.state.is_told


async def test_a_message_of_several_leaves_out_what_was_stopped_at_the_last_moment(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    made = await gathered(office, ann)
    async with held_until_its_moment(office):
        await SqlAlerts(office.database).delete(made[1].id)
    [said] = office.texts(ann)
    assert "Coin1" in said
    assert "Coin2" not in said


async def test_an_alert_waits_for_the_end_of_a_mute_that_begins_at_the_last_moment(
    office: Office,
) -> None:
    ann, rooms = office.telegram.person("Ann"), SqlRooms(office.database)
    await office.letter("alert:1:1:1:fired", ann, kind=Kind.ALERT)
    async with held_until_its_moment(office):
        await rooms.set_quiet(ann.id, Quiet(until=NOW + DAY))
    assert office.texts(ann) == []
    async with office.database.reading() as connection:
        waits = await connection.execute(select(outbox.c.holder, outbox.c.attempts))
        assert [tuple(row) for row in waits] == [(None, 0)]
    await rooms.set_quiet(ann.id, Quiet())
    await office.emptied()
    assert len(office.texts(ann)) == 1


async def test_an_alert_comes_once_though_its_chat_was_hushed_and_unhushed_meanwhile(
    office: Office,
) -> None:
    ann, rooms = office.telegram.person("Ann"), SqlRooms(office.database)
    await office.letter("alert:1:1:1:fired", ann, kind=Kind.ALERT)
    async with held_until_its_moment(office):
        await rooms.set_quiet(ann.id, Quiet(until=NOW + DAY))
        await rooms.set_quiet(ann.id, Quiet())
        # Long enough for a look into the outbox: nobody may take it while another holds it.
        await asyncio.sleep(2 * LOOK_EVERY_S)
        assert (await held_by(office)) == ["one"]
    assert len(office.texts(ann)) == 1
    assert await Ledger(office.database).in_doubt() == []


async def test_a_letter_comes_once_though_its_process_was_taken_for_dead_meanwhile(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("alert:1:1:1:fired", ann, kind=Kind.ALERT)
    async with held_until_its_moment(office):
        await Executors(office.database, "other").tidy()
        while await held_by(office) != ["one"]:  # noqa: ASYNC110 - no bell rings when it is taken
            await asyncio.sleep(0.01)
        # Long enough for a second sender of it to find its chat full, and to give it back.
        await asyncio.sleep(LOOK_EVERY_S)
        assert await held_by(office) == ["one"]
    assert len(office.texts(ann)) == 1
    assert await Ledger(office.database).in_doubt() == []


async def held_by(office: Office) -> list[str | None]:
    async with office.database.reading() as connection:
        return list((await connection.execute(select(outbox.c.holder))).scalars())


async def test_what_has_begun_to_be_told_is_told_to_its_end(office: Office) -> None:
    ann = office.telegram.person("Ann")
    alert = await watched(office, ann)
    key = f"alert:{alert.id}:1:1:fired"
    await office.letter(key, ann, kind=Kind.ALERT)
    [held] = await Outbox(office.database, "one").claim(1)
    assert await Ledger(office.database, "one").intend(
        f"{key}:0", chat_id=ann.id, content_id=held.letter.content_id, letter=held.letter
    )
    await SqlAlerts(office.database).delete(alert.id)
    assert await office.left() == [key]


async def test_who_lost_a_letter_to_another_process_does_not_send_it(office: Office) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("digest:1:2026-11-05", ann)
    [held] = await Outbox(office.database, "other").claim(1)
    known = {"chat_id": ann.id, "content_id": held.letter.content_id, "letter": held.letter}
    key = f"{held.letter.key}:0"
    assert not await Ledger(office.database, "one").intend(key, **known)
    assert await Ledger(office.database, "other").intend(key, **known)


async def test_who_withdraws_a_letter_waits_for_who_just_begins_it(office: Office) -> None:
    """On PostgreSQL both could else have their way: it is told, and counts as untold."""
    ann = office.telegram.person("Ann")
    for number in range(20):
        alert = await watched(office, ann, n=number)
        key = f"alert:{alert.id}:1:1:fired"
        await office.letter(key, ann, kind=Kind.ALERT)
        [held] = await Outbox(office.database, "one").claim(1)
        sends, _ = await asyncio.gather(
            Ledger(office.database, "one").intend(
                f"{key}:0", chat_id=ann.id, content_id=held.letter.content_id, letter=held.letter
            ),
            SqlAlerts(office.database).delete(alert.id),
        )
        assert await office.left() == ([key] if sends else [])
        await Outbox(office.database, "one").finish(key)
