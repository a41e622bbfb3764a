"""Taps from a person's phone and what becomes of the message under them, over HTTP."""

import asyncio
import json

import pytest
from sqlalchemy import update
from telegram import Bot

from bot.store.database import Database
from bot.store.inbox import StoredUpdate
from bot.store.tables import buttons
from bot.telegram.talking.arrivals import PRIVATE_BOT
from bot.telegram.talking.taps import EXPIRED, FOR_ADMINS, FOREIGN, OFFERED
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.emulator import TelegramEmulator

ME = "@hedge_desk_bot"
MONTH_MS = 30 * 86_400_000


async def test_an_expired_button_is_offered_anew_to_whom_it_belongs(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    forum = at.telegram.group("Desk", [ann, bob], forum=True)
    thread = forum.topic("Pairs")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH", chat=forum, thread=thread))
    await at.idle()
    async with at.inbox.database.writing() as connection:
        await connection.execute(update(buttons).values(expires_ms=buttons.c.expires_ms - MONTH_MS))
    others = bob.presses(shown, "7d")
    mine = [ann.presses(shown, "7d") for _ in range(2)]
    await at.idle()
    assert others.answer == {"text": EXPIRED, "show_alert": True}
    assert [tap.answer for tap in mine] == [
        {"text": OFFERED, "show_alert": False},
        {"text": None, "show_alert": False},
    ]
    assert shown.words == "Answer to /corr BTC ETH"
    [offer] = [m for m in at.telegram.replies(forum) if m.id > shown.id]
    assert offer.words == "That button was too old. Shall I answer /corr BTC ETH 7d now?"
    assert (offer.thread_id, offer.reply_to) == (thread, shown)
    refused = bob.presses(offer, "Yes")
    await at.idle()
    assert refused.answer == {"text": FOREIGN, "show_alert": True}
    ann.presses(offer, "Yes")
    await at.telegram.until(lambda: offer.words == "Answer to /corr BTC ETH 7d")


async def test_an_expired_button_of_an_anonymous_admin_is_offered_anew_to_admins(
    at: Desk,
) -> None:
    ann, bob, eve = (at.telegram.person(name) for name in ("Ann", "Bob", "Eve"))
    group = at.telegram.group("Desk", [ann, bob, eve])
    group.promote(eve, anonymous=True)
    shown = await at.telegram.reply(eve.says(f"/corr{ME} BTC ETH", chat=group))
    await at.idle()
    async with at.inbox.database.writing() as connection:
        await connection.execute(update(buttons).values(expires_ms=buttons.c.expires_ms - MONTH_MS))
    refused = bob.presses(shown, "7d")
    eve.presses(shown, "7d")
    await at.idle()
    assert refused.answer == {"text": EXPIRED, "show_alert": True}
    [offer] = [m for m in at.telegram.replies(group) if m.id > shown.id]
    assert offer.labels == [["Yes"]]


async def test_taps_by_many_at_once_are_all_answered_and_change_the_message_once(
    at: Desk,
) -> None:
    ann, *others = (at.telegram.person(f"P{n}") for n in range(6))
    group = at.telegram.group("Desk", [ann, *others])
    shown = await at.telegram.reply(ann.says("/corr BTC ETH", chat=group))
    mine = [ann.presses(shown, "7d") for _ in range(3)]
    foreign = [who.presses(shown, "7d") for who in others]
    await at.idle()
    assert [tap.answer for tap in mine] == [{"text": None, "show_alert": False}] * 3
    assert [tap.answer for tap in foreign] == [{"text": FOREIGN, "show_alert": True}] * 5
    assert shown.words == "Answer to /corr BTC ETH 7d"
    assert shown.revision == 1
    assert at.kitchen.computed == ["/corr BTC ETH", "/corr BTC ETH 7d"]


async def test_a_tap_that_is_handled_again_after_a_failure_is_no_second_tap(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    await at.idle()
    at.telegram.fault("editMessageMedia", code=400, description="Bad Request: CHART_INVALID")
    tap = ann.presses(shown, "7d")
    await at.idle()
    followed = at.telegram.replies(ann)[-1]
    assert (followed.words, shown.revision) == ("Answer to /corr BTC ETH 7d", 0)
    query = {
        "id": "1",
        "from": {"id": ann.id, "is_bot": False, "first_name": "Ann"},
        "chat_instance": "1",
        "data": shown.button("7d")["callback_data"],
        "message": shown.as_json(),
    }
    payload = json.dumps({"update_id": tap.update_id, "callback_query": query})
    await at.handle(StoredUpdate(tap.update_id or 0, ann.id, payload))
    assert shown.words == "Answer to /corr BTC ETH 7d"


async def test_a_tap_changes_the_message_and_its_buttons(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    old = {button["callback_data"] for row in shown.markup["inline_keyboard"] for button in row}
    pressed = ann.presses(shown, "7d")
    await at.telegram.until(lambda: shown.words == "Answer to /corr BTC ETH 7d")
    await at.idle()
    assert pressed.answer == {"text": None, "show_alert": False}
    new = {button["callback_data"] for row in shown.markup["inline_keyboard"] for button in row}
    assert old.isdisjoint(new)
    assert len(at.telegram.replies(ann)) == 1


async def test_a_text_becomes_a_picture_and_a_picture_never_a_text(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/hedge 1 BTC"))
    ann.presses(shown, "7d")
    await at.telegram.until(lambda: shown.words.endswith("7d"))
    chart = await at.telegram.reply(ann.says("/corr BTC ETH"))
    ann.presses(chart, "Hedge")
    followed = await at.telegram.reply(chart)
    await at.idle()
    assert (followed.words, followed.reply_to) == ("Answer to /hedge 1 BTC", chart)
    assert chart.photo


async def test_a_stranger_is_told_in_a_popup(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    shown = await at.telegram.reply(ann.says(f"/corr{ME} BTC ETH", chat=group))
    pressed = bob.presses(shown, "7d")
    await at.idle()
    assert pressed.answer == {"text": FOREIGN, "show_alert": True}
    assert shown.words == "Answer to /corr BTC ETH"


async def test_an_anonymous_admin_may_use_the_buttons_and_others_not(at: Desk) -> None:
    ann, eve, bob = (at.telegram.person(name) for name in ("Ann", "Eve", "Bob"))
    group = at.telegram.group("Desk", [ann, eve, bob])
    group.promote(eve, anonymous=True)
    shown = await at.telegram.reply(eve.says(f"/corr{ME} BTC ETH", chat=group))
    refused = bob.presses(shown, "7d")
    await at.idle()
    assert refused.answer == {"text": FOR_ADMINS, "show_alert": True}
    eve.presses(shown, "7d")
    await at.telegram.until(lambda: shown.words.endswith("7d"))


async def test_forged_foreign_and_expired_buttons_do_nothing(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    others = await at.telegram.reply(bob.says("/corr BTC ETH"))
    await at.idle()
    token = shown.button("7d")["callback_data"]
    computed = len(at.kitchen.computed)
    forged = [ann.presses_stale(shown, data) for data in ("x", token[:-1], "7d", "' --", "🟢")]
    elsewhere = bob.presses_stale(others, token)
    async with at.inbox.database.writing() as connection:
        await connection.execute(
            update(buttons).where(buttons.c.token == token).values(expires_ms=0)
        )
    expired = ann.presses(shown, "7d")
    await at.idle()
    for pressed in (*forged, elsewhere):
        assert pressed.answer == {"text": EXPIRED, "show_alert": True}
    assert expired.answer
    assert expired.answer["text"].startswith("This button is too old. ")
    assert len(at.kitchen.computed) == computed


async def test_a_mistake_behind_a_button_is_a_popup(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    broken, bare = ann.presses(shown, "Broken"), ann.presses(shown, "Bare")
    await at.idle()
    assert broken.answer
    assert broken.answer["text"].startswith("Something broke on my side (ref ")
    assert bare.answer == {"text": "Which two? For example /corr BTC ETH", "show_alert": True}
    assert shown.words == "Answer to /corr BTC ETH"
    assert "ZeroDivisionError" in caplog.text


async def test_a_tap_is_acknowledged_though_the_venue_is_slow(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with desk(emulator, bot, sqlite, quick=0.02) as at:
        at.kitchen.held["/corr BTC ETH 7d"] = asyncio.Event()
        ann = emulator.person("Ann")
        shown = await emulator.reply(ann.says("/corr BTC ETH"))
        pressed = ann.presses(shown, "7d")
        await emulator.until(lambda: pressed.answer)
        assert pressed.answer == {"text": None, "show_alert": False}
        assert shown.words == "Answer to /corr BTC ETH"
        at.kitchen.held["/corr BTC ETH 7d"].set()
        await emulator.until(lambda: shown.words.endswith("7d"))


async def test_an_acknowledgement_that_hangs_holds_no_answer_up(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    at.telegram.fault("answerCallbackQuery", delay=30)
    ann.presses(shown, "7d")
    await at.telegram.until(lambda: shown.words.endswith("7d"))


async def test_a_withdrawn_permission_holds_for_buttons_too(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    async with desk(emulator, bot, sqlite):
        shown = await emulator.reply(ann.says("/corr BTC ETH"))
    async with desk(emulator, bot, sqlite, allowed_chats=frozenset({1})) as at:
        pressed = ann.presses(shown, "7d")
        await at.idle()
        assert pressed.answer == {"text": PRIVATE_BOT, "show_alert": True}


async def test_a_group_that_moves_keeps_its_buttons(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann], type="group")
    shown = await at.telegram.reply(ann.says(f"/corr{ME} BTC ETH", chat=group))
    await at.idle()
    moved = group.migrate()
    await at.idle()
    token = shown.button("7d")["callback_data"]
    stored = await at.conversation.buttons.button(token)
    assert stored
    assert stored.chat_id == moved.id


async def test_a_tap_edits_the_answer_and_sends_its_files_anew(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    ann.says("/data BTC")
    await at.idle()
    answer, *_ = at.telegram.replies(ann)
    ann.presses(answer, "7d")
    await at.idle()
    assert answer.caption == "Answer to /data BTC 7d"
    assert len(at.telegram.replies(ann)) == 5
    assert [one.document for one in at.telegram.replies(ann)[3:]] == [b"a,b\n1,2\n", b"c\n3\n"]
    assert at.telegram.replies(ann)[3].reply_to is answer
