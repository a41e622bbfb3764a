"""A digest every day, from agreeing on it to its one message, whatever ends the process between."""

import asyncio

import pytest

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.process.running import Hedgebot
from tests.process.standing import let_digests_be_due, rows


def _digests(telegram: TelegramEmulator, chat: object, *, since: Message) -> list[Message]:
    return [m for m in telegram.replies(chat) if m.id > since.id and m.photo]


async def _settled(hedgebot: Hedgebot, telegram: TelegramEmulator, someone: Person) -> None:
    """Wait as long as it takes to answer other questions: nothing else may come meanwhile."""
    for length in (31, 32):
        await hedgebot.reply(someone.says(f"/corr BTC ETH {length}d nochart"))
    assert rows(hedgebot, "SELECT key FROM outbox") == [], "no letter waits"
    assert telegram.violations == []


async def test_a_daily_digest_comes_once_with_one_picture(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    await hedgebot.serve()
    ann = telegram.person("Ann")
    agreed = await hedgebot.reply(ann.says("/daily ETH BTC-PERP 30d, SOL ETH-PERP 30d at=08:00"))
    assert "Daily digest 1 every day at 08:00 UTC" in agreed.words
    let_digests_be_due(hedgebot)
    await hedgebot.until(lambda: _digests(telegram, ann, since=agreed))
    await _settled(hedgebot, telegram, ann)
    assert len(_digests(telegram, ann, since=agreed)) == 1
    [(last, holder)] = rows(hedgebot, "SELECT last_date, holder FROM digests")
    assert last is not None
    assert holder is None
    assert "ERROR" not in hedgebot.log


async def test_in_a_group_admins_agree_on_digests_and_members_do_not(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    await hedgebot.serve()
    ann, bob = telegram.person("Ann"), telegram.person("Bob")
    room = telegram.group("Desk", [ann, bob])
    refused = await hedgebot.reply(bob.says("/daily ETH BTC-PERP 30d", chat=room))
    assert "Only admins" in refused.words
    agreed = await hedgebot.reply(ann.says("/daily ETH BTC-PERP 30d", chat=room))
    assert "Daily digest 1" in agreed.words
    let_digests_be_due(hedgebot)
    await hedgebot.until(lambda: _digests(telegram, room, since=agreed))
    await _settled(hedgebot, telegram, bob)
    assert len(_digests(telegram, room, since=agreed)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["claimed", "posted"])
async def test_a_kill_between_claim_and_delivery_leaves_exactly_one(
    hedgebot: Hedgebot, telegram: TelegramEmulator, moment: str
) -> None:
    await hedgebot.serve()
    ann = telegram.person("Ann")
    agreed = await hedgebot.reply(ann.says("/daily BTC ETH SOL XRP ADA 90d"))
    let_digests_be_due(hedgebot)
    question = {
        "claimed": "SELECT 1 FROM digests WHERE holder IS NOT NULL",
        "posted": "SELECT 1 FROM digests WHERE last_date IS NOT NULL",
    }[moment]
    async with asyncio.timeout(60):
        while not rows(hedgebot, question):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.001)
    await hedgebot.kill()
    delivered = len(_digests(telegram, ann, since=agreed))
    await hedgebot.serve()
    if not delivered:
        await hedgebot.until(lambda: _digests(telegram, ann, since=agreed))
    await _settled(hedgebot, telegram, ann)
    assert len(_digests(telegram, ann, since=agreed)) == 1
