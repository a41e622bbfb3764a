"""Taps that nobody may make: forged, foreign, old, from another chat or another bot."""

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import update
from telegram import Bot

from bot.store.buttons import Buttons, StoredButton
from bot.store.database import Database
from bot.store.letters import Kind
from bot.store.tables import buttons
from bot.telegram.incoming import Place, Tapped, stored_update
from handlers import Button, Reply
from tests.bot.telegram.desk import desk
from tests.bot.telegram.posting.office import Office
from tests.emulators.telegram.emulator import TelegramEmulator

TAPS = 10_000
OVER_HTTP = 60
ALPHABET = string.ascii_letters + string.digits + "_-"
HOSTILE = ("", "' OR 1=1 --", "%", "*", "🟢", "/daily off 1", "null", "q-", "\u202e", "7d")


@dataclass(frozen=True)
class Known:
    """A token with the chat and the owner that it was made for."""

    token: str
    chat_id: int
    owner_id: int


def forged(known: list[Known], expired: list[Known], chance: random.Random) -> Iterator[Tapped]:
    """Endless taps, none of which the maker of a button ever made."""
    while True:
        one, other = chance.sample(known, 2)
        old = chance.choice(expired)
        spoilt = list(one.token)
        spoilt[chance.randrange(len(spoilt))] = chance.choice(ALPHABET)
        changed = "".join(spoilt)
        guess = "".join(chance.choices(ALPHABET, k=chance.randint(1, 64)))
        yield from (
            _tap(changed if changed != one.token else changed[1:], one.chat_id, one.owner_id),
            _tap(one.token.swapcase(), one.chat_id, one.owner_id),
            _tap(one.token + chance.choice(ALPHABET + " "), one.chat_id, one.owner_id),
            _tap(one.token[: chance.randrange(len(one.token))], one.chat_id, one.owner_id),
            _tap(guess, one.chat_id, one.owner_id),
            _tap(chance.choice(HOSTILE), one.chat_id, one.owner_id),
            # A real one, but of somebody else, or in another chat, or too old.
            _tap(one.token, one.chat_id, other.owner_id),
            _tap(one.token, other.chat_id, one.owner_id),
            _tap(one.token, other.chat_id, other.owner_id),
            _tap(old.token, old.chat_id, old.owner_id),
        )


def _tap(token: str, chat_id: int, tapper_id: int) -> Tapped:
    return Tapped(token, "1", tapper_id, Place(chat_id, None, 1, is_private=False), False)


async def made(store: Buttons, chats: list[int], people: list[int]) -> list[Known]:
    """A button for each person, in a chat of its own."""
    stored = [
        StoredButton(chat, person, "/corr BTC ETH")
        for chat, person in zip(chats, people, strict=True)
    ]
    tokens = await store.tokens(stored)
    return [Known(t, s.chat_id, s.owner_id) for t, s in zip(tokens, stored, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
async def test_none_of_ten_thousand_taps_that_nobody_may_make_is_accepted(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database, seed: int
) -> None:
    people = [emulator.person(f"P{n}") for n in range(30)]
    groups = [emulator.group(f"G{n}", [person]) for n, person in enumerate(people)]
    chats, numbers = [group.id for group in groups], [person.id for person in people]
    async with desk(emulator, bot, sqlite) as at:
        store, taps = at.conversation.buttons, at.conversation.taps
        expired = await made(store, chats, numbers)
        async with sqlite.writing() as connection:
            await connection.execute(update(buttons).values(expires_ms=1))
        known = await made(store, chats, numbers)
        attacks = forged(known, expired, random.Random(seed))
        accepted = [
            tap
            for tap, _ in zip(attacks, range(TAPS), strict=False)
            if isinstance(await taps.verdict_on(tap, is_allowed=True), StoredButton)
        ]
        assert accepted == []
        for one in known:
            own = _tap(one.token, one.chat_id, one.owner_id)
            assert isinstance(await taps.verdict_on(own, is_allowed=True), StoredButton)
            assert isinstance(await taps.verdict_on(own, is_allowed=False), str)


async def test_refused_taps_get_a_popup_each_and_touch_no_message(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    people = [emulator.person(f"P{n}") for n in range(3)]
    group = emulator.group("Desk", people)
    async with desk(emulator, bot, sqlite) as at:
        shown = await emulator.reply(people[0].says("/corr BTC ETH", chat=group))
        await at.idle()
        chats, numbers = [group.id, 7, 8], [person.id for person in people]
        known = await made(at.conversation.buttons, chats, numbers)
        attacks = forged(known, known, random.Random(2))
        wrong = (tap.token for tap in attacks if tap.token not in {k.token for k in known})
        pressed = [
            people[0].presses_stale(shown, token)
            for token, _ in zip(wrong, range(OVER_HTTP), strict=False)
            if token
        ]
        await emulator.until(lambda: all(tap.answer for tap in pressed), timeout=120)
        await at.idle()
        assert all(tap.answer and tap.answer["show_alert"] for tap in pressed)
        assert len(pressed) > OVER_HTTP * 0.8
        assert shown.revision == 0
        assert at.kitchen.computed == ["/corr BTC ETH"]


async def test_a_tap_under_an_alert_is_answered_beside_it_and_the_alert_stays_as_it_was(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    group = emulator.group("Desk", [ann])
    fired = Reply(
        "ETH × BTC-PERP decoupled:",
        "new target −1.71 BTC",
        buttons=((Button("Snooze 1h", "/mine"), Button("Chart", "/corr BTC ETH")),),
    )
    async with desk(emulator, bot, sqlite) as at:
        office = Office(emulator, bot, sqlite)
        await office.letter("alert:1:1:1:fired", group, fired, kind=Kind.ALERT, owner_id=ann.id)
        await office.emptied()
        [alert] = emulator.replies(group)
        for label, answer in (("Chart", "Answer to /corr BTC ETH"), ("Snooze 1h", "You are")):
            before = len(emulator.replies(group))
            tap = ann.presses(alert, label)
            await at.idle()
            [beside] = emulator.replies(group)[before:]
            assert tap.answer
            assert tap.answer["text"] is None, "it has heard, and that is all"
            assert beside.words.startswith(answer)
            assert beside.reply_to is alert
        assert alert.revision == 0
        assert alert.words == "ETH × BTC-PERP decoupled: new target −1.71 BTC"
        chart = emulator.replies(group)[1]
        ann.presses(chart, "7d")
        await at.idle()
        assert chart.words == "Answer to /corr BTC ETH 7d", "of the answer there is one"
        assert len(emulator.replies(group)) == 3


async def test_a_tap_beside_an_alert_that_is_handled_twice_is_answered_once(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    fired = Reply("It", "fires", buttons=((Button("Chart", "/corr BTC ETH"),),))
    async with desk(emulator, bot, sqlite) as at:
        office = Office(emulator, bot, sqlite)
        await office.letter("alert:1:1:1:fired", ann, fired, kind=Kind.ALERT)
        await office.emptied()
        [alert] = emulator.replies(ann)
        tap = ann.presses(alert, "Chart")
        await at.idle()
        query = {
            "id": "1",
            "from": {"id": ann.id, "is_bot": False, "first_name": "Ann"},
            "chat_instance": "1",
            "data": alert.button("Chart")["callback_data"],
            "message": alert.as_json(),
        }
        await at.handle(stored_update({"update_id": tap.update_id, "callback_query": query}))
        assert [message.words for message in emulator.replies(ann)[1:]] == [
            "Answer to /corr BTC ETH"
        ]
