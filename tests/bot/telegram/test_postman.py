"""Letters on their way: each kind as it wants to be treated, whatever Telegram answers."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.store.chats import CHAT_CLOSED, TOPIC_CLOSED, close_reason, open_chat, open_topic
from bot.store.clock import ms_of, now_ms
from bot.store.dead_letters import DeadLetters
from bot.store.executors import Executors
from bot.store.leases import Lease
from bot.store.ledger import Ledger, State
from bot.store.letters import Kind
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.tables import alerts, contents, digests, outbox
from bot.store.uploads import picture_digest
from bot.telegram.posting.letters import MAY_REPEAT
from handlers import Button, Fact, Preferences, Quiet, Reply, Room
from tests.bot.telegram.posting import Office
from tests.emulators.test_telegram_sending import picture

BAD = "Bad Request: "


async def subscribe(office: Office, to: Any, *, thread: int | None = None, owner: int = 7) -> None:
    common = {
        "chat_id": to.id,
        "thread_id": thread,
        "owner_id": owner,
        "number": 1,
        "created_ms": 1,
        "occasion": f"{to.id}:{thread}",
    }
    digest = common | {"question": "BTC ETH", "minute": 480, "zone": "UTC", "due_ms": 1}
    alert = common | {
        "rule": "corr BTC ETH < 0.5",
        "measure": "m",
        "state": "{}",
        "check_ms": 1,
        "expires_ms": 1,
    }
    async with office.database.writing() as connection:
        await connection.execute(insert(digests).values(digest))
        await connection.execute(insert(alerts).values(alert))


async def paused(office: Office) -> list[str | None]:
    async with office.database.reading() as connection:
        asked = [select(table.c.paused_why) for table in (digests, alerts)]
        return [why for question in asked for why in (await connection.execute(question)).scalars()]


async def test_a_letter_says_all_of_its_reply_and_is_struck_off(office: Office) -> None:
    ann = office.telegram.person("Ann")
    buttons = ((Button("Chart", "/corr BTC ETH"),),)
    reply = Reply("A", "b", facts=((Fact("ρ", "0.8"),),), notes=("old",), buttons=buttons)
    await office.letter("digest:1:2026-01-01", ann, reply, remark="2 h late")
    await office.emptied()
    [sent] = office.telegram.replies(ann)
    assert sent.words.splitlines()[0] == "A b"
    assert "⚠ 2 h late\n⚠ old" in sent.words
    assert sent.labels == [["Chart"]]
    [call] = office.telegram.calls_of("sendMessage")
    assert call.params["disable_notification"] is True
    entry = await Ledger(office.database).entry("digest:1:2026-01-01:0")
    assert entry
    assert entry.state is State.SENT


async def test_an_alert_rings(office: Office) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("alert:1:1:1", ann, kind=Kind.ALERT)
    await office.emptied()
    [call] = office.telegram.calls_of("sendMessage")
    assert not call.params.get("disable_notification")


async def test_a_known_key_is_never_a_second_letter(office: Office) -> None:
    ann = office.telegram.person("Ann")
    for _ in range(2):
        await office.letter("digest:1:2026-01-01", ann)
        await office.emptied()
    assert len(office.texts(ann)) == 1


async def test_one_picture_is_uploaded_once_for_all(office: Office) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(30)]
    for who in people:
        await office.letter(f"digest:{who.id}", who, Reply("A", "b", chart=picture()))
    await office.emptied()
    calls = office.telegram.calls_of("sendPhoto")
    assert len(calls) == 30
    assert sum(bool(call.files) for call in calls) == 1
    assert {office.telegram.replies(who)[0].photo for who in people} == {picture()}


async def test_processes_upload_a_picture_once_together(office: Office) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(30)]
    for who in people:
        await office.letter(f"digest:{who.id}", who, Reply("A", "b", chart=picture()))
    # Slow enough that the other process wants to upload it meanwhile.
    office.telegram.fault("sendPhoto", delay=0.3)
    await office.emptied(office.postman("one"), office.postman("two"))
    calls = office.telegram.calls_of("sendPhoto")
    assert len(calls) == 30
    assert sum(bool(call.files) for call in calls) == 1


async def test_a_process_that_died_while_it_uploaded_keeps_nobody_for_long(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("digest:1", ann, Reply("A", "b", chart=picture()))
    name = f"upload:{picture_digest(picture())}"
    soon = timedelta(seconds=1)
    assert await Lease(office.database, name, "dead", soon).take()
    await office.emptied()
    assert office.texts(ann) == ["A b"]


async def test_a_full_chat_is_held_back_and_nobody_else(office: Office) -> None:
    ann = office.telegram.person("Ann")
    group = office.telegram.group("Desk", [ann])
    for number in range(4):
        await office.letter(f"digest:{number}", group)
    await office.letter("digest:ann", ann)
    await office.letter("alert:1:1:1", group, kind=Kind.ALERT)
    letters = Outbox(office.database, "one")
    await letters.hold_back(group.id, 2.0)
    claimed = [held.letter.key for held in await letters.claim(16)]
    assert sorted(claimed) == ["alert:1:1:1", "digest:ann"]
    for key in claimed:
        await letters.finish(key)
    async with asyncio.timeout(20):
        while not (found := await letters.claim(16)):  # noqa: ASYNC110 - the row is due by itself
            await asyncio.sleep(0.1)
    assert [held.letter.key for held in found] == ["digest:0"], "in the order they had"


async def test_a_picture_that_telegram_forgot_is_uploaded_anew(office: Office) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    reply = Reply("A", "b", chart=picture())
    await office.letter("digest:1", ann, reply)
    await office.emptied()
    refusal = {"code": 400, "description": BAD + "wrong file identifier/HTTP URL specified"}
    office.telegram.fault("sendPhoto", **refusal)
    await office.letter("digest:2", bob, reply)
    await office.emptied()
    assert [bool(call.files) for call in office.telegram.calls_of("sendPhoto")] == [
        True,
        False,
        True,
    ]
    assert office.texts(bob) == ["A b"]


@pytest.mark.parametrize(
    ("kind", "sent", "states"),
    [
        (Kind.DIGEST, 1, {State.IN_DOUBT}),
        (Kind.NOTICE, 1, {State.IN_DOUBT}),
        (Kind.ALERT, 2, {State.IN_DOUBT, State.SENT}),
    ],
)
async def test_what_is_in_doubt_is_repeated_once_if_it_is_an_alert(
    office: Office, kind: Kind, sent: int, states: set[State]
) -> None:
    ann = office.telegram.person("Ann")
    office.telegram.fault("sendMessage", drop="after")
    await office.letter("a:1", ann, kind=kind)
    await office.emptied()
    texts = office.texts(ann)
    assert len(texts) == sent
    assert MAY_REPEAT not in texts[0]
    assert all(MAY_REPEAT in text for text in texts[1:])
    ledger = Ledger(office.database)
    found = [await ledger.entry(key) for key in ("a:1:0", "a:1:0:again")]
    assert {entry.state for entry in found if entry} == states


async def test_an_alert_without_a_sound_is_an_alert_all_the_same(office: Office) -> None:
    ann = office.telegram.person("Ann")
    rooms = SqlRooms(office.database)
    await rooms.set_quiet(ann.id, Quiet(until=datetime.now(UTC) + timedelta(hours=2)))
    await office.letter("alert:1:1:1", ann, kind=Kind.ALERT, is_silent=True)
    await office.emptied()
    assert office.texts(ann) == [], "it waits while its chat wants quiet"
    await rooms.set_quiet(ann.id, Quiet())
    office.telegram.fault("sendMessage", drop="after")
    await office.emptied()
    first, again = office.texts(ann)
    assert MAY_REPEAT not in first
    assert MAY_REPEAT in again
    calls = office.telegram.calls_of("sendMessage")
    assert [call.params["disable_notification"] for call in calls] == [True, True]


@pytest.mark.parametrize("rings", [True, False])
async def test_several_alerts_ring_together_where_one_of_them_does(
    office: Office, rings: bool
) -> None:
    ann = office.telegram.person("Ann")
    for number, key in enumerate(FOUR):
        is_silent = number > 0 or not rings
        await office.letter(key, ann, Reply(key, "fired"), kind=Kind.ALERT, is_silent=is_silent)
    await office.emptied()
    [call] = office.telegram.calls_of("sendMessage")
    assert call.params["disable_notification"] is not rings


@pytest.mark.parametrize(("kind", "sent"), [(Kind.DIGEST, 0), (Kind.ALERT, 1)])
async def test_a_letter_whose_sender_died_is_taken_up_by_its_policy(
    office: Office, kind: Kind, sent: int
) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("a:1", ann, kind=kind)
    dead = office.postman("dead")
    assert await dead.outbox.claim(5)
    await dead.delivery.ledger.intend("a:1:0", chat_id=ann.id)
    await Executors(office.database, "one").register()
    await office.emptied()
    texts = office.texts(ann)
    assert len(texts) == sent
    assert all(MAY_REPEAT in text for text in texts)


async def test_a_letter_that_ends_the_process_again_and_again_is_buried_and_can_be_revived(
    office: Office,
) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    await office.letter("poison", ann)
    await office.letter("innocent", bob)
    async with office.database.writing() as connection:
        tried = update(outbox).where(outbox.c.key == "poison").values(attempts=5)
        await connection.execute(tried)
    await office.emptied()
    assert office.texts(ann) == []
    assert len(office.texts(bob)) == 1
    letters = DeadLetters(office.database)
    [dead] = await letters.all()
    assert (dead.key, dead.chat_id) == ("poison", ann.id)
    assert await letters.requeue("poison") == 1
    await office.emptied()
    assert len(office.texts(ann)) == 1
    assert await letters.all() == []


async def test_what_telegram_refuses_for_our_mistake_is_buried_with_its_reason(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    office.telegram.fault("sendMessage", code=400, description=BAD + "BUTTON_DATA_INVALID")
    await office.letter("a", ann)
    await office.emptied()
    [dead] = await DeadLetters(office.database).all()
    assert "button_data_invalid" in dead.why.casefold()
    assert await DeadLetters(office.database).requeue() == 1
    await office.emptied()
    assert len(office.texts(ann)) == 1


async def test_a_letter_without_its_words_is_buried(office: Office) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("a", ann)
    async with office.database.writing() as connection:
        await connection.execute(contents.delete())
    await office.emptied()
    [dead] = await DeadLetters(office.database).all()
    assert dead.why == "its words were forgotten"


async def test_two_postmen_send_each_letter_once_and_one_a_chat_at_a_time(office: Office) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(12)]
    for number in range(4):
        for who in people:
            due = now_ms() - 100 + number
            await office.letter(f"d:{who.id}:{number}", who, due_ms=due)
    await office.emptied(office.postman("one"), office.postman("two"))
    for who in people:
        assert office.texts(who) == [f"Title d:{who.id}:{number}" for number in range(4)]


async def test_a_stopped_postman_leaves_nothing_in_doubt_and_gives_back_what_it_held(
    office: Office,
) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(20)]
    for who in people:
        await office.letter(f"d:{who.id}", who)
    office.telegram.fault("sendMessage", delay=0.05, times=None)
    async with office.open(office.postman()):
        await office.telegram.wait("sendMessage", count=3)
    ledger = Ledger(office.database)
    assert await ledger.in_doubt() == []
    async with office.database.reading() as connection:
        held = select(outbox.c.key).where(outbox.c.holder.is_not(None))
        assert (await connection.execute(held)).all() == []
    await office.emptied()
    assert [len(office.texts(who)) for who in people] == [1] * 20


FOUR = [f"alert:{number}:1:1" for number in range(4)]


async def test_four_alerts_that_fire_together_are_one_message(office: Office) -> None:
    ann = office.telegram.person("Ann")
    for key in FOUR:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    await office.emptied(office.postman("one"), office.postman("two"))
    [text] = office.texts(ann)
    assert all(key in text for key in FOUR)


async def test_three_alerts_are_three_messages(office: Office) -> None:
    ann = office.telegram.person("Ann")
    for key in FOUR[:3]:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    await office.emptied()
    assert len(office.texts(ann)) == 3


async def test_an_alert_that_may_have_arrived_is_not_told_again_among_others(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    for key in [*FOUR, "alert:9:1:1"]:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    ledger = Ledger(office.database)
    await ledger.intend("alert:9:1:1:0", chat_id=ann.id)
    await ledger.confirm("alert:9:1:1:0", message_id=1)
    await office.emptied()
    [text] = office.texts(ann)
    assert all(key in text for key in FOUR)
    assert "alert:9" not in text


async def test_alerts_wait_while_their_chat_wants_quiet_and_come_as_one(office: Office) -> None:
    ann = office.telegram.person("Ann")
    rooms = SqlRooms(office.database)
    ends = datetime.now(UTC) + timedelta(hours=2)
    await rooms.set_quiet(ann.id, Quiet(until=ends))
    await office.letter("digest:1", ann)
    for key in FOUR[:2]:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    await office.emptied()
    assert office.texts(ann) == ["Title digest:1"], "a digest makes no sound"
    async with office.database.writing() as connection:
        early = outbox.c.due_ms - 7_200_000
        created = outbox.c.created_ms - 7_200_000
        await connection.execute(update(outbox).values(due_ms=early, created_ms=created))
    await rooms.set_quiet(ann.id, Quiet())
    await office.emptied()
    assert len(office.texts(ann)) == 2
    assert all(key in office.texts(ann)[1] for key in FOUR[:2])


async def test_quiet_hours_go_by_the_chats_own_clock(office: Office) -> None:
    ann = office.telegram.person("Ann")
    rooms = SqlRooms(office.database)
    await rooms.set_preferences(ann.id, Preferences(zone="Asia/Tokyo"))
    await rooms.set_quiet(ann.id, Quiet(hours=(time(22), time(7))))
    await office.letter("alert:1", ann, kind=Kind.ALERT)
    # It lies ahead, since what is due is decided by the real clock.
    night = datetime(2100, 3, 1, 14, 30, tzinfo=UTC)
    await office.emptied(office.postman(now=lambda: night))
    assert office.texts(ann) == []
    async with office.database.reading() as connection:
        due = (await connection.execute(select(outbox.c.due_ms))).scalar()
    assert due == ms_of(datetime(2100, 3, 1, 22, tzinfo=UTC))


CLOSED = [
    (403, "Forbidden: bot was blocked by the user"),
    (403, "Forbidden: user is deactivated"),
    (403, "Forbidden: bot was kicked from the group chat"),
    (403, "Forbidden: bot was kicked from the supergroup chat"),
    (403, "Forbidden: bot is not a member of the supergroup chat"),
    (403, "Forbidden: the group chat was deleted"),
    (400, BAD + "chat not found"),
    (400, BAD + "private chat not found"),
    (400, BAD + "not enough rights to send text messages to the chat"),
    (400, BAD + "need administrator rights in the channel chat"),
    (400, BAD + "CHAT_WRITE_FORBIDDEN"),
]


@pytest.mark.parametrize(("code", "text"), CLOSED)
async def test_a_closed_chat_gets_no_further_call_until_it_opens(
    office: Office, code: int, text: str
) -> None:
    ann = office.telegram.person("Ann")
    await subscribe(office, ann, owner=-1)
    office.telegram.fault("sendMessage", code=code, description=text)
    for number in range(5):
        await office.letter(f"d:{number}", ann)
    await office.letter("a:1", ann, kind=Kind.ALERT)
    await office.emptied()
    await office.letter("late", ann)
    await office.emptied()
    assert len(office.telegram.calls_of("sendMessage")) == 1
    assert await paused(office) == [CHAT_CLOSED] * 2
    assert await close_reason(office.database, ann.id)
    assert await DeadLetters(office.database).all() == []
    assert await open_chat(office.database, ann.id)
    assert not await open_chat(office.database, ann.id)
    assert await paused(office) == [None] * 2
    await office.letter("new", ann)
    await office.emptied()
    assert office.texts(ann) == ["Title new"]


async def test_whoever_asked_is_told_once_that_the_bot_may_not_write(office: Office) -> None:
    ann = office.telegram.person("Ann")
    group = office.telegram.group("Desk", [ann])
    await subscribe(office, group, owner=ann.id)
    group.mute_bot()
    for number in range(3):
        await office.letter(f"d:{number}", group)
    await office.emptied()
    [text] = office.texts(ann)
    assert "BTC ETH" in text
    assert "corr BTC ETH < 0.5" in text
    assert len(office.telegram.calls_of("sendMessage", chat=group)) == 1


async def test_a_moved_group_gets_its_letter_once_and_takes_everything_along(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    group = office.telegram.group("Desk", [ann], type="group")
    await subscribe(office, group)
    await office.letter("d:1", group)
    await office.letter("d:2", group)
    moved = group.migrate()
    await office.emptied()
    assert office.texts(moved) == ["Title d:1", "Title d:2"]
    assert len(office.telegram.calls_of("sendMessage", chat=group.id)) == 1
    async with office.database.reading() as connection:
        for table in (digests, alerts):
            assert (await connection.execute(select(table.c.chat_id))).scalar() == moved.id


@pytest.mark.parametrize("how", ["closed", "deleted"])
async def test_a_closed_topic_is_told_once_in_the_group_and_then_paused(
    office: Office, how: str
) -> None:
    ann = office.telegram.person("Ann")
    forum = office.telegram.group("Desk", [ann], forum=True)
    thread = forum.topic("Pairs")
    await subscribe(office, forum, thread=thread)
    for number in range(3):
        await office.letter(f"d:{number}", forum, thread_id=thread)
    forum.close_topic(thread) if how == "closed" else forum.delete_topic(thread)
    await office.emptied()
    [text] = office.texts(forum)
    assert "topic is closed" in text
    assert await paused(office) == [TOPIC_CLOSED] * 2
    await open_topic(office.database, Room(forum.id, thread))
    assert await paused(office) == [None] * 2


async def test_refused_markup_goes_out_plain_once(office: Office) -> None:
    ann = office.telegram.person("Ann")
    office.telegram.fault("sendMessage", code=400, description=BAD + "can't parse entities: x")
    await office.letter("d", ann)
    await office.emptied()
    assert office.texts(ann) == ["Title d"]
    assert len(office.telegram.calls_of("sendMessage")) == 2


async def test_a_revoked_token_drops_nothing(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(4)]
    for who in people:
        await office.letter(f"d:{who.id}", who)
    office.telegram.fault("sendMessage", code=401, description="Unauthorized", times=2)
    await office.emptied()
    assert "refuses the bot's token" in caplog.text
    assert [len(office.texts(who)) for who in people] == [1] * 4


async def test_a_database_that_is_away_for_a_while_loses_no_letter(office: Office) -> None:
    ann = office.telegram.person("Ann")
    postman = office.postman()
    await office.letter("d", ann)
    [held] = await postman.outbox.claim(5)
    other = Outbox(office.database, "two")
    assert await other.claim(5) == []
    await other.finish("nothing")
    await postman.outbox.postpone(held.letter.key, 0.0)
    assert (await other.claim(5))[0].attempts == 1, "an orderly return does not count"
    await other.fail("d", 0.0)
    assert (await postman.outbox.claim(5))[0].attempts == 2


async def test_a_slow_chat_holds_up_nobody(office: Office) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    for number in range(3):
        await office.letter(f"a:{number}", ann, due_ms=now_ms() - 10)
    for number in range(2):
        await office.letter(f"b:{number}", bob)
    office.telegram.fault("sendMessage", when=lambda call: call.chat_id == ann.id, delay=3.0)
    async with office.open(office.postman()):
        await asyncio.wait_for(
            office.telegram.until(lambda: len(office.texts(bob)) == 2), timeout=30
        )
        assert office.texts(ann) == []
        await office.telegram.until(lambda: len(office.texts(ann)) == 3)
