"""Letters to chats that are closed, moved, or lack a topic: told once, and what they ask for waits."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.store.chats import CHAT_CLOSED, TOPIC_CLOSED, close_reason, open_chat, open_topic
from bot.store.dead_letters import DeadLetters
from bot.store.letters import Kind
from bot.store.tables import alerts, digests
from handlers import Room
from tests.bot.telegram.posting.office import Office
from tests.bot.telegram.sending.way_out import BAD


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
