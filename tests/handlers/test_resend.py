"""/resend and /requeue: what may not have arrived, and what was given up."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from analytics.errors import RequestError
from bot.answering.answers import ADMINS_ONLY, Answer
from bot.standing.telling import POISON as ALERT_POISON
from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.digest_runs import POISON as DIGEST_POISON
from bot.store.ledger import Ledger, State
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import Outbox
from bot.store.tables import alerts, digests, outbox
from handlers import Reply, Room
from handlers.requeue import COMMAND as REQUEUE
from handlers.requeue import RequeueQuery
from handlers.resend import COMMAND, ResendQuery
from tests.handlers.asking import answers, shown, somebody
from tests.handlers.keeping import keeping, sent_in_doubt, subscribed

ANN, BEN = 6_123_456_789, 6_987_654_321
BOSS = replace(somebody(7), is_operator=True)


async def ask(database: Database, question: str, asker=None) -> Answer:  # noqa: ANN001
    return await answers(keeping(database)).answer(question, asker=asker or somebody(ANN))


async def posted(database: Database) -> list[tuple[str, int, str | None]]:
    question = select(outbox.c.key, outbox.c.chat_id, outbox.c.remark).order_by(outbox.c.key)
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(question)]


def test_resend_reads_nothing() -> None:
    assert COMMAND.parse("") == ResendQuery()
    with pytest.raises(RequestError) as refusal:
        COMMAND.parse("all")
    assert refusal.value.corrections[0].right == "/resend"


async def test_what_is_in_doubt_here_is_posted_once_more_and_marked(database: Database) -> None:
    await sent_in_doubt(database, "digest:1:2026-11-04:0", ANN, says="mine")
    await sent_in_doubt(database, "digest:2:2026-11-04:0", BEN, says="another's")
    await sent_in_doubt(database, "reply:17:0", ANN, says=None)
    reply = (await ask(database, "/resend")).reply
    assert shown(reply) == (
        "Sent again: 1\n\n"
        "They come now, each with a mark; some may have arrived before.\n"
        "Answers that may not have arrived: 1. Ask those questions again.\n\n"
        "[Status]"
    )
    [(key, chat, remark)] = await posted(database)
    assert (key, chat, remark) == ("digest:again:update:1:0", ANN, "Sent again on request.")
    entry = await Ledger(database).entry("digest:1:2026-11-04:0")
    assert entry
    assert entry.state is State.SENT_AGAIN


async def test_a_request_that_a_crash_repeats_sends_once(database: Database) -> None:
    await sent_in_doubt(database, "digest:1:2026-11-04:0", ANN, says="mine")
    for _ in range(2):
        assert (await ask(database, "/resend")).reply.numbers["sent"] == 1
    assert len(await posted(database)) == 1
    [held] = await Outbox(database).claim(1)
    await Ledger(database).intend(f"{held.letter.key}:0", chat_id=ANN, content_id="gone")
    await Outbox(database).finish(held.letter.key)
    assert (await ask(database, "/resend")).reply.numbers["sent"] == 1, "sent meanwhile"
    assert await posted(database) == []
    another = somebody(ANN, occasion="update:2")
    assert (await ask(database, "/resend", another)).reply.numbers["sent"] == 0


async def test_two_who_ask_at_once_get_it_once(database: Database) -> None:
    for number in range(3):
        await sent_in_doubt(database, f"digest:{number}:2026-11-04:0", ANN, says=f"{number}")
    both = [somebody(ANN, occasion=f"update:{n}") for n in range(2)]
    said = await asyncio.gather(*(ask(database, "/resend", one) for one in both))
    assert sorted(answer.reply.numbers["sent"] for answer in said) == [0, 3]
    assert len(await posted(database)) == 3


async def test_what_arrived_in_the_end_is_not_in_doubt(database: Database) -> None:
    await sent_in_doubt(database, "alert:1:1:1:fired:0", ANN, says="mine")
    async with database.writing() as connection:
        content = await keep_content(database, connection, Reply("Digest", "mine"))
    await Ledger(database).intend("alert:1:1:1:fired:0:again", chat_id=ANN, content_id=content)
    await Ledger(database).confirm("alert:1:1:1:fired:0:again", message_id=5)
    await Ledger(database).intend("digest:9:2026-11-04:0", chat_id=ANN, content_id=content)
    await Ledger(database).fail("digest:9:2026-11-04:0", note="refused")
    async with database.writing() as connection:
        again = Letter("digest:9:2026-11-04", Room(ANN), ANN, content, Kind.DIGEST, now_ms())
        await post(database, connection, [again])
    reply = (await ask(database, "/resend")).reply
    assert reply.title == "Nothing to send again.", "one arrived as a repeat, one is on its way"


async def test_in_a_group_only_admins_have_things_sent_again(database: Database) -> None:
    async def no_admin() -> bool:
        return False

    member = replace(somebody(5, is_private=False), may_change=no_admin)
    assert (await ask(database, "/resend", member)).reply.answer == ADMINS_ONLY


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("", RequeueQuery()),
        ("ALL", RequeueQuery(is_all=True)),
        ("alert:7:1:1:fired", RequeueQuery("alert:7:1:1:fired")),
    ],
)
def test_requeue_reads(words: str, query: RequeueQuery) -> None:
    assert REQUEUE.parse(words) == query


async def test_for_everybody_else_requeue_does_not_exist(database: Database) -> None:
    for asker in (somebody(ANN), somebody(ANN, is_private=False), None):
        refused = await answers(keeping(database)).answer("/requeue all", asker=asker)
        assert refused.is_error
        assert refused.reply.answer.startswith("I don't know /requeue.")
        assert all("requeue" not in b.question for row in refused.reply.buttons for b in row)
    for question in ("/help", "/help requeue", "/requeu"):
        assert "requeue all" not in shown((await ask(database, question)).reply)
    assert "/requeue –" not in shown((await ask(database, "/help")).reply)


async def test_dead_letters_digests_and_alerts_are_listed_and_revived(database: Database) -> None:
    await subscribed(database, ANN, why=ALERT_POISON)
    async with database.writing() as connection:
        await connection.execute(digests.update().values(paused_why=DIGEST_POISON))
        content = await keep_content(database, connection, Reply("A", "b"))
        late = Letter("digest:8:2026-11-04", Room(BEN), BEN, content, Kind.DIGEST, now_ms())
        await post(database, connection, [late])
    await Outbox(database).claim(1)
    await Outbox(database).bury("digest:8:2026-11-04", "Bad Request: nonsense")
    listed = (await ask(database, "/requeue", BOSS)).reply
    assert shown(listed) == (
        "Given up: 3\n\n"
        "• `digest:8:2026-11-04` · message · tries: 1 · Bad Request: nonsense\n"
        "• `digest:1` · daily digest · tries: 4 · Each try ended on my side, five times in a row.\n"
        "• `alert:1` · alert · tries: 4 · "
        "Looking at it broke me again and again. I leave it alone.\n"
        "Once the cause is gone: `/requeue NAME`, or `/requeue all`\n\n"
        "[↻ digest:8:2026-11-04]\n[↻ digest:1]\n[↻ alert:1]\n[Requeue all]"
    )
    for row in listed.buttons:
        assert REQUEUE.parse(row[0].question.removeprefix("/requeue ").strip())
    one = (await ask(database, "/requeue alert:1", BOSS)).reply
    assert one.title == "Tried again: 1"
    again = await ask(database, "/requeue alert:1", BOSS)
    assert again.is_error
    assert (await ask(database, "/requeue all", BOSS)).reply.numbers["revived"] == 2
    assert (await ask(database, "/requeue", BOSS)).reply.title == "Nothing was given up."
    async with database.reading() as connection:
        for table in (digests, alerts):
            [row] = await connection.execute(select(table.c.paused_why, table.c.attempts))
            assert tuple(row) == (None, 0)


async def test_a_pause_that_people_or_chats_made_is_no_death(database: Database) -> None:
    await subscribed(database, ANN, why="this chat was closed to me")
    assert (await ask(database, "/requeue all", BOSS)).reply.numbers["revived"] == 0
    async with database.reading() as connection:
        kept = (await connection.execute(select(alerts.c.paused_why))).scalar_one()
    assert kept == "this chat was closed to me"
