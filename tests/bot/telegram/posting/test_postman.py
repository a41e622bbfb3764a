"""Letters on their way: each kind as it wants to be treated, whatever Telegram answers."""

import asyncio

import pytest
from sqlalchemy import select

from bot.store.clock import now_ms
from bot.store.ledger import Ledger, State
from bot.store.letters import Kind
from bot.store.outbox import Outbox
from bot.store.tables import outbox
from bot.telegram.posting.postman import Postman
from handlers import Button, Fact, Reply
from tests.bot.telegram.posting.office import Office


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


async def test_who_claims_letters_is_who_sends_them(office: Office) -> None:
    delivery = office.postman("one").delivery
    with pytest.raises(ValueError, match="who holds a letter"):
        Postman(Outbox(office.database, "other"), delivery)


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


async def test_an_orderly_end_counts_nothing_against_what_hangs_on_its_way(office: Office) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    await office.letter("digest:1:2026-11-05", ann)
    await office.letter("alert:1:1:1:fired", bob, kind=Kind.ALERT)
    hangs = office.telegram.fault("sendMessage", delay=60.0, times=2)
    async with office.open(office.postman(drain=0.1)):
        await office.telegram.until(lambda: hangs.hits == 2)
    async with office.database.reading() as connection:
        rows = await connection.execute(select(outbox.c.holder, outbox.c.attempts))
        assert [tuple(row) for row in rows] == [(None, 0)] * 2
    await office.emptied()
    assert office.texts(ann) == [], "nobody knows whether it arrived"
    assert len(office.texts(bob)) == 1, "an alert is repeated"


async def test_a_slow_chat_holds_up_nobody(office: Office) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    for number in range(3):
        await office.letter(f"a:{number}", ann, due_ms=now_ms() - 10)
    for number in range(2):
        await office.letter(f"b:{number}", bob)
    office.telegram.fault("sendMessage", when=lambda call: call.chat_id == ann.id, delay=6.0)
    async with office.open(office.postman()):
        await asyncio.wait_for(
            office.telegram.until(lambda: len(office.texts(bob)) == 2), timeout=30
        )
        assert office.texts(ann) == []
        await office.telegram.until(lambda: len(office.texts(ann)) == 3)
