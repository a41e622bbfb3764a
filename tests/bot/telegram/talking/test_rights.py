"""Who may change a group, and how much each may ask, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot

from bot.store.database import Database
from bot.store.gates import Limit, Rate
from bot.store.quotas import Quotas
from bot.telegram.incoming import Place
from bot.telegram.receiving.reception import MOST_WAITING
from bot.telegram.talking.conversation import TOO_MUCH
from bot.telegram.talking.rights import UNCONFIRMED
from bot.telegram.talking.taps import FOR_ADMINS
from tests.bot.store.test_quotas import Clock
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.rooms import Room

ADMINS_ONLY = "Only admins of this group decide that for it. In private you can have your own."


@asynccontextmanager
async def strict(
    emulator: TelegramEmulator,
    bot: Bot,
    database: Database,
    *,
    units: int,
    clock: Clock | None = None,
) -> AsyncIterator[Desk]:
    """A desk that lets everybody ask so much a minute, and whose minutes the test lets pass."""
    quotas = Quotas(database, clock or Clock())
    async with desk(emulator, bot, database, quotas=quotas, units_a_minute=units) as opened:
        yield opened


async def test_a_stranger_is_refused_and_shown_the_way_into_private(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    refused = await at.telegram.reply(bob.says("/agree to it", chat=group))
    assert refused.words == ADMINS_ONLY
    url = refused.button("Open")["url"]
    assert url.startswith("https://t.me/hedge_desk_bot?start=q-")
    asked = await at.telegram.reply(bob.says(f"/start {url.partition('=')[2]}"))
    assert asked.words.startswith("The link that you opened asks this of me: /agree to it")
    bob.presses(asked, "Yes")
    await at.telegram.until(lambda: asked.words == "Agreed to it")
    agreed = await at.telegram.reply(ann.says("/agree to it", chat=group))
    assert agreed.words == "Agreed to it"


async def test_a_link_that_is_foreign_old_or_forged_is_met_kindly(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    refused = await at.telegram.reply(bob.says("/agree to it", chat=group))
    payload = refused.button("Open")["url"].partition("=")[2]
    for who, said in ((ann, payload), (bob, f"{payload}x"), (bob, "q-")):
        shown = await at.telegram.reply(who.says(f"/start {said}"))
        assert shown.words.startswith("This link is too old, or was made for somebody else.")
    assert at.kitchen.agreed == []


async def test_a_link_from_anybody_asks_before_it_does_anything(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/start agree_everything"))
    assert shown.labels == [["Yes"]]
    assert at.kitchen.agreed == []
    read = await at.telegram.reply(ann.says("/start corr_BTC_ETH"))
    assert read.words == "Answer to /corr BTC ETH"


async def test_where_telegram_does_not_say_who_is_admin_nothing_changes_and_we_say_why(
    at: Desk,
) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann])
    for method in ("getChatMember", "getChatAdministrators"):
        at.telegram.fault(method, code=400, description="Bad Request: CHAT_ADMIN_REQUIRED")
    refused = await at.telegram.reply(ann.says("/agree to it", chat=group))
    assert refused.words == UNCONFIRMED
    assert at.kitchen.agreed == []
    ann.presses(refused, "Try again")
    await at.telegram.until(lambda: refused.words == "Agreed to it")


async def test_a_bot_that_may_not_look_at_single_members_asks_for_the_admins(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    hidden = "Bad Request: CHAT_ADMIN_REQUIRED"
    at.telegram.fault("getChatMember", times=None, code=400, description=hidden)
    agreed = await at.telegram.reply(ann.says("/agree to it", chat=group))
    assert agreed.words == "Agreed to it"
    refused = await at.telegram.reply(bob.says("/agree to it", chat=group))
    assert refused.words == ADMINS_ONLY


async def test_a_button_of_somebody_who_posts_as_a_channel_is_for_admins(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    channel = at.telegram.channel("News", [bob])
    world = at.telegram.world
    asked = world.post(
        group.chat,
        bob.user,
        bob.says("/corr BTC ETH", chat=group).content,
        sender_chat=channel.chat,
    )
    world.announce(asked)
    # What Bob asked as himself is answered too, before or after.
    [shown] = await at.telegram.until(
        lambda: [one for one in at.telegram.replies(group) if one.reply_to is asked]
    )
    refused = bob.presses(shown, "7d")
    await at.idle()
    assert refused.answer
    assert refused.answer["text"] == FOR_ADMINS
    ann.presses(shown, "7d")
    await at.telegram.until(lambda: shown.words.endswith("7d"))


@pytest.mark.slow
async def test_who_asks_too_much_waits_with_a_word_and_holds_nobody_up(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, bob = emulator.person("Ann"), emulator.person("Bob")
    group = emulator.group("Desk", [ann, bob])
    async with strict(emulator, bot, sqlite, units=4) as at:
        flood = [ann.says(f"/help {n}", chat=group) for n in range(12)]
        calm = bob.says("/corr BTC ETH", chat=group)
        answered = await emulator.until(
            lambda: [m for m in emulator.replies(group) if m.reply_to is calm]
        )
        assert answered[0].words == "Answer to /corr BTC ETH"
        said = [m for m in emulator.replies(group) if m.words.startswith("Answer")]
        ours = [m.reply_to for m in said if m.reply_to in flood]
        assert len(ours) <= 4, "the others wait"
        note = await emulator.until(lambda: _notes(emulator, group))
        assert note[0].words.startswith(
            "This chat has asked much within a minute. Yours is next, in "
        )
    assert len(await at.inbox.waiting()) == 8, "none is dropped: the next process answers them"


@pytest.mark.slow
async def test_who_waits_in_a_group_is_told_how_many_are_before(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    people = [emulator.person(name) for name in ("Ann", "Bob", "Cyd", "Dee", "Eve")]
    group = emulator.group("Desk", people)
    async with strict(emulator, bot, sqlite, units=1) as at:
        for person in people:
            person.says("/help", chat=group)
        await emulator.until(lambda: len(emulator.replies(group)) == len(people), timeout=20)
        notes = sorted(note.words for note in _notes(emulator, group))
        assert notes == [
            "This chat has asked much within a minute. 1 question is before yours: about 60 s.",
            "This chat has asked much within a minute. 2 questions are before yours: about 90 s.",
            "This chat has asked much within a minute. Yours is next, in 30 s.",
        ]
        assert len(await at.inbox.waiting()) == 3


def _notes(emulator: TelegramEmulator, group: Room) -> list[Message]:
    return [m for m in emulator.replies(group) if "within a minute" in m.words]


async def test_dear_questions_cost_more_and_shared_ones_next_to_nothing(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, bob = emulator.person("Ann"), emulator.person("Bob")
    async with strict(emulator, bot, sqlite, units=20) as at:
        held = at.kitchen.held["/dear one"] = asyncio.Event()
        ann.says("/dear one")
        await emulator.until(lambda: at.kitchen.computed == ["/dear one"])
        bob.says("/dear one")
        async with asyncio.timeout(10):
            while [w.waiting for w in at.conversation.answers._flights._under_way.values()] != [2]:  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.01)
        held.set()
        await at.idle()
        assert at.kitchen.computed == ["/dear one"]
        left = [await _units_left(sqlite, person.id) for person in (ann, bob)]
        assert left == [12, 19]


async def _units_left(database: Database, person: int) -> int:
    quotas = Quotas(database, Clock())
    limit = Limit(f"asker:{person}", Rate(3.0, burst=20))
    taken = 0
    while await quotas.take(1, [limit]) == 0:
        taken += 1
    return taken


async def test_too_long_a_queue_gets_one_refusal_that_says_what_to_do(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, bob = emulator.person("Ann"), emulator.person("Bob")
    async with strict(emulator, bot, sqlite, units=2) as at:
        for n in range(2 + MOST_WAITING + 30):
            ann.says(f"/help {n}")
        calm = await emulator.reply(bob.says("/help"))
        assert calm.words == "Answer to /help"
        await emulator.until(lambda: any(m.words == TOO_MUCH for m in emulator.replies(ann)))
        await emulator.until(lambda: emulator.queue_size == 0)
        async with asyncio.timeout(10):
            while at.excess and at.excess.items:  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.01)
        assert sum(m.words == TOO_MUCH for m in emulator.replies(ann)) == 1
        assert len(await at.inbox.waiting()) <= MOST_WAITING + 1


@pytest.mark.slow
async def test_a_tap_beyond_the_quota_is_told_in_passing_and_answered_later(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    clock = Clock()
    async with strict(emulator, bot, sqlite, units=20, clock=clock) as at:
        shown = await emulator.reply(ann.says("/corr BTC ETH"))
        await at.idle()
        for _ in range(19):
            await at.conversation.rights.pay(ann.id, _private(ann.id), 1)
        pressed = ann.presses(shown, "7d")
        await emulator.until(lambda: pressed.answer)
        assert pressed.answer
        assert pressed.answer["show_alert"] is False
        assert pressed.answer["text"].startswith("You have asked much within a minute.")
        assert shown.words == "Answer to /corr BTC ETH"
        clock.seconds += 60
        await emulator.until(lambda: shown.words.endswith("7d"))


def _private(chat_id: int) -> Place:
    return Place(chat_id, None, None, is_private=True)
