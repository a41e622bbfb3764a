"""Questions and taps, from a person's phone and back to it, over HTTP."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from telegram import Bot

from bot.store.database import Database
from bot.store.inbox import StoredUpdate
from bot.store.ledger import State
from bot.store.tables import buttons
from bot.telegram.talking.arrivals import PRIVATE_BOT
from bot.telegram.talking.conversation import GIVE_UP_AFTER, GIVEN_UP, TEXT_ONLY
from bot.telegram.talking.taps import EXPIRED, FOR_ADMINS, FOREIGN, OFFERED
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.chats import Content
from tests.emulators.telegram.emulator import TelegramEmulator

ME = "@hedge_desk_bot"
MONTH_MS = 30 * 86_400_000


@pytest.fixture
async def at(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> AsyncIterator[Desk]:
    async with desk(emulator, bot, sqlite) as opened:
        yield opened


async def test_a_question_in_private_gets_a_picture_with_caption_and_buttons(at: Desk) -> None:
    asked = at.telegram.person("Ann").says("/corr BTC ETH")
    shown = await at.telegram.reply(asked)
    assert shown.photo
    assert shown.caption == "Answer to /corr BTC ETH"
    assert shown.reply_to is asked
    assert shown.labels == [["7d", "30d•"], ["Hedge", "Broken", "Bare"]]
    await at.idle()
    actions = at.telegram.calls_of("sendChatAction")
    assert [call.params["action"] for call in actions] == ["upload_photo"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("BTC ETH", "/corr BTC ETH"),
        ("  BTC   ETH ", "/corr BTC   ETH"),
        ("2.5 BTC BTC-INV", "/hedge 2.5 BTC BTC-INV"),
        ("Hedge 40 ETH", "/hedge 40 ETH"),
        ("help", "/help"),
        ("/CORR BTC ETH", "/corr BTC ETH"),
        ("/corr@Hedge_Desk_Bot BTC ETH", "/corr BTC ETH"),
    ],
)
async def test_words_in_private_are_a_question(at: Desk, said: str, asked: str) -> None:
    shown = await at.telegram.reply(at.telegram.person("Ann").says(said))
    assert shown.words == f"Answer to {asked}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/nonsense", "I don't know /nonsense."),
        ("/", "I don't know /."),
        ("/usr/bin", "I don't know /."),
        ("hello there", "Answer to /corr hello there"),
        ("BTC", "Which two?"),
    ],
)
async def test_nothing_in_private_is_met_with_silence(at: Desk, said: str, answer: str) -> None:
    shown = await at.telegram.reply(at.telegram.person("Ann").says(said))
    assert shown.words.startswith(answer)


async def test_pictures_are_asked_by_their_caption_and_stickers_are_told(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    world = at.telegram.world
    file = world.files.resolve("photo", "attach://p", {"p": _upload()})
    captioned = Content("photo", at_words("/corr BTC ETH"), file)
    for content in (captioned, Content("photo", at_words(""), file)):
        message = world.post(ann.chat, ann.user, content)
        world.announce(message)
    await at.idle()
    assert [m.words for m in at.telegram.replies(ann)] == ["Answer to /corr BTC ETH", TEXT_ONLY]


def _upload() -> Any:
    from tests.emulators.telegram.files import Upload
    from tests.emulators.test_telegram_sending import picture

    return Upload("p.png", "image/png", picture())


def at_words(words: str) -> Any:
    from tests.emulators.telegram.formatted import typed

    return typed(words)


async def test_a_group_is_answered_where_it_asks_and_only_then(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann], bot="administrator")
    for said in ("good morning", "/nonsense", "/corr@OtherBot BTC ETH", "2.5 BTC", "/usr/bin"):
        ann.says(said, chat=group)
    asked = ann.says("/corr BTC ETH", chat=group)
    unknown = ann.says(f"/nonsense{ME}", chat=group)
    await at.idle()
    first, second = at.telegram.replies(group)
    assert (first.reply_to, first.words) == (asked, "Answer to /corr BTC ETH")
    assert (second.reply_to, second.words[:23]) == (unknown, "I don't know /nonsense.")


async def test_a_topic_is_answered_in_the_topic(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    forum = at.telegram.group("Desk", [ann], forum=True)
    thread = forum.topic("Pairs")
    asked = ann.says(f"/corr{ME} BTC ETH", chat=forum, thread=thread)
    shown = await at.telegram.reply(asked)
    await at.idle()
    assert (shown.thread_id, shown.reply_to) == (thread, asked)
    [action] = at.telegram.calls_of("sendChatAction")
    assert action.params["message_thread_id"] == thread
    ann.presses(shown, "7d")
    await at.telegram.until(lambda: shown.words.endswith("7d"))


async def test_an_edited_question_is_not_answered_again(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    asked = ann.says("/help")
    await at.idle()
    ann.edits(asked, "/help corr")
    await at.idle()
    assert len(at.telegram.replies(ann)) == 1


async def test_a_bare_command_offers_examples_and_may_be_completed(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr"))
    assert shown.words == "Which two? For example /corr BTC ETH\nOr just write BTC ETH-PERP 30d."
    assert shown.labels == [["BTC × ETH"]]
    assert {entity["type"] for entity in shown.entities} == {"code"}
    ann.presses(shown, "BTC × ETH")
    await at.telegram.until(lambda: shown.photo)
    completed = await at.telegram.reply(ann.says("SOL ETH"))
    assert completed.words == "Answer to /corr SOL ETH"


async def test_a_bare_command_offers_what_was_asked_last(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    for pair in ("ADA DOGE", "BTC SOL", "SOL  XRP"):
        await at.telegram.reply(ann.says(f"/corr {pair}"))
    await at.idle()
    bare = await at.telegram.reply(ann.says("/corr"))
    assert bare.labels == [["SOL XRP"], ["BTC SOL"], ["ADA DOGE"], ["BTC × ETH"]]
    ann.presses(bare, "BTC SOL")
    await at.telegram.until(lambda: bare.words == "Answer to /corr BTC SOL")
    assert (await at.telegram.reply(bob.says("/corr"))).labels == [["BTC × ETH"]]
    hedge = await at.telegram.reply(ann.says("/hedge"))
    assert hedge.labels == [], "what another command cannot read is not offered"


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


async def test_nobody_in_a_group_waits_for_what_others_asked(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    held = at.kitchen.held["/help slow"] = asyncio.Event()
    slow = ann.says("/help slow", chat=group)
    await at.telegram.until(lambda: at.kitchen.computed == ["/help slow"])
    quick = bob.says("/help", chat=group)
    shown = await at.telegram.reply(slow)
    assert shown.reply_to is quick
    held.set()


async def test_a_bare_command_without_examples_opens_the_input_field(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/hedge"))
    assert shown.markup == {"force_reply": True, "input_field_placeholder": "2.5 BTC BTC-INV"}
    answer = ann.says("2 BTC", reply_to=shown)
    assert (await at.telegram.reply(answer)).words == "Answer to /hedge 2 BTC"


async def test_a_group_may_answer_what_was_asked_back(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann])
    shown = await at.telegram.reply(ann.says(f"/corr{ME}", chat=group))
    assert shown.words.endswith("Or reply to this with BTC ETH-PERP 30d.")
    answer = ann.says("BTC ETH", chat=group, reply_to=shown)
    chart = await at.telegram.reply(answer)
    assert chart.words == "Answer to /corr BTC ETH"
    ann.says("thanks, 3 %/yr it is", chat=group, reply_to=chart)
    await at.idle()
    assert len(at.telegram.replies(group)) == 2, "a picture asks nothing"


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


async def test_a_chat_action_that_hangs_holds_no_answer_up(at: Desk) -> None:
    at.telegram.fault("sendChatAction", delay=30)
    shown = await at.telegram.reply(at.telegram.person("Ann").says("/corr BTC ETH"))
    assert shown.photo


async def test_venues_and_bugs_are_explained(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    down = await at.telegram.reply(ann.says("/down x"))
    assert down.words.startswith("Binance does not answer.")
    assert down.labels == [["Try again"]]
    broken = await at.telegram.reply(ann.says("/broken"))
    assert "Nothing was changed" in broken.words


async def test_a_long_answer_comes_whole_with_buttons_at_its_end(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    asked = ann.says("/long")
    await at.telegram.reply(asked, count=2)
    await at.idle()
    assert sum(m.words.count("word") for m in at.telegram.replies(ann)) == 1200
    entries = [await at.ledger.entry(f"reply:{asked.update_id}:{n}") for n in (1, 0)]
    assert [entry.message_id for entry in entries if entry] == [
        m.id for m in at.telegram.replies(ann)
    ]


async def test_a_second_page_is_sent_after_a_crash_between_them(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/long")
    await at.idle()
    again = StoredUpdate(99, ann.id, _payload(message, 99))
    await at.ledger.intend("reply:99:1", chat_id=ann.id)
    await at.ledger.confirm("reply:99:1", message_id=1)
    before = len(at.telegram.replies(ann))
    await at.handle(again)
    assert len(at.telegram.replies(ann)) == before + 1


def _payload(message: Any, update_id: int) -> str:
    return json.dumps({"update_id": update_id, "message": message.as_json()})


@pytest.mark.parametrize("state", [State.SENT, State.IN_DOUBT, State.INTENT, State.FAILED])
async def test_an_update_that_comes_again_is_answered_once_and_leaves_no_buttons(
    at: Desk, state: State
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/corr BTC ETH")
    await at.idle()
    await at.ledger.intend("reply:99:0", chat_id=ann.id)
    await at.ledger._mark("reply:99:0", state)
    kept = await _count(at, buttons)
    await at.handle(StoredUpdate(99, ann.id, _payload(message, 99)))
    assert len(at.telegram.replies(ann)) == 1
    assert await _count(at, buttons) == kept


async def _count(at: Desk, table: Any) -> int:
    async with at.inbox.database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_only_allowed_chats_are_served(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, eve = emulator.person("Ann"), emulator.person("Eve")
    group = emulator.group("Desk", [ann, eve])
    async with desk(emulator, bot, sqlite, allowed_chats=frozenset({ann.id})) as at:
        assert (await emulator.reply(ann.says("/help"))).words == "Answer to /help"
        assert (await emulator.reply(eve.says("/help"))).words == PRIVATE_BOT
        eve.says("good morning", chat=group)
        await at.idle()
        assert emulator.replies(group) == []
        assert at.kitchen.computed == ["/help"]


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


async def test_a_poisonous_update_stops_nobody(at: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ann = at.telegram.person("Ann")
    poison = [
        StoredUpdate(1, ann.id, "no json"),
        StoredUpdate(2, ann.id, '{"update_id": 2, "message": 7}'),
        StoredUpdate(3, ann.id, '{"update_id": 3, "message": {"text": "/help"}}'),
    ]
    await at.inbox.store(poison)
    for item in poison:
        await at.handle(item)
    assert await at.inbox.waiting() == []
    assert caplog.text.count("could not be handled") >= 2
    assert (await at.telegram.reply(ann.says("/help"))).words == "Answer to /help"


async def test_what_no_database_stores_is_left_out_of_a_question(
    at: Desk, database: Database
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/down a")
    await at.idle()
    json_text = _payload(message, 77).replace("/down a", "/down a\\u0000b\\ud800c")
    async with desk(at.telegram, at.conversation.bot, database) as other:
        await other.inbox.store([StoredUpdate(77, ann.id, json_text)])
        await other.handle(StoredUpdate(77, ann.id, json_text))
    assert at.kitchen.computed == ["/down a"]
    assert other.kitchen.computed == ["/down ab?c"]
    assert len(at.telegram.replies(ann)) == 2


async def test_an_update_that_ends_the_process_again_and_again_is_set_aside(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/help")
    await at.idle()
    doomed = StoredUpdate(9, ann.id, _payload(message, 9), attempts=GIVE_UP_AFTER)
    await at.inbox.store([doomed])
    await at.handle(doomed)
    assert "set aside" in caplog.text
    assert await at.inbox.waiting() == []
    answer, excuse = at.telegram.replies(ann)
    assert excuse.words == GIVEN_UP
    assert excuse.reply_to is message
    await at.handle(doomed)
    await at.handle(replace(doomed, attempts=GIVE_UP_AFTER + 1))
    assert at.telegram.replies(ann) == [answer, excuse], "said once"
    assert at.kitchen.computed == ["/help"]


async def test_nobody_is_excused_to_for_what_was_not_asked_of_us(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    room = at.telegram.group("Desk", members=[ann, bob])
    message = ann.says("good morning", chat=room)
    doomed = StoredUpdate(9, room.id, _payload(message, 9), attempts=GIVE_UP_AFTER)
    await at.handle(doomed)
    assert at.telegram.replies(room) == []


async def test_an_answer_that_may_have_arrived_needs_no_excuse(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/help")
    await at.idle()
    doomed = StoredUpdate(9, ann.id, _payload(message, 9), attempts=GIVE_UP_AFTER)
    await at.ledger.intend("reply:9:0", chat_id=ann.id)
    await at.ledger.doubt("reply:9:0", note="the process ended")
    await at.handle(doomed)
    assert len(at.telegram.replies(ann)) == 1


async def test_a_tap_that_ends_the_process_is_excused_in_its_chat(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    await at.idle()
    query = {
        "id": "1",
        "from": {"id": ann.id, "is_bot": False, "first_name": "Ann"},
        "chat_instance": "1",
        "data": "token",
        "message": shown.as_json(),
    }
    doomed = StoredUpdate(
        9, ann.id, json.dumps({"update_id": 9, "callback_query": query}), GIVE_UP_AFTER
    )
    await at.handle(doomed)
    assert at.telegram.replies(ann)[-1].words == GIVEN_UP


async def test_files_follow_the_answer_in_its_place(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    asked = ann.says("/data BTC")
    await at.idle()
    answer, first, second = at.telegram.replies(ann)
    assert answer.photo
    assert answer.labels
    assert [(one.document, one.words, one.reply_to) for one in (first, second)] == [
        (b"a,b\n1,2\n", "", asked),
        (b"c\n3\n", "", asked),
    ]
    sent = at.telegram.calls_of("sendDocument")
    assert [upload.name for call in sent for upload in call.files.values()] == ["a.csv", "c.csv"]
    keys = [f"reply:{asked.update_id}:{left}" for left in (2, 1, 0)]
    assert [(await at.ledger.entry(key)).message_id for key in keys] == [
        answer.id,
        first.id,
        second.id,
    ]


async def test_a_crash_between_the_files_sends_only_what_is_left(
    at: Desk,
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/down a")
    await at.idle()
    payload = _payload(message, 77).replace("/down a", "/data BTC")
    for key in ("reply:77:2", "reply:77:1"):
        await at.ledger.intend(key, chat_id=ann.id)
        await at.ledger.confirm(key, message_id=1)
    await at.handle(StoredUpdate(77, ann.id, payload, attempts=1))
    assert [one.document for one in at.telegram.replies(ann)[1:]] == [b"c\n3\n"]
    await at.handle(StoredUpdate(77, ann.id, payload, attempts=2))
    assert len(at.telegram.replies(ann)) == 2


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


async def test_an_absent_database_delays_an_answer_and_does_not_lose_it(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    ann = emulator.person("Ann")
    waits: list[float] = []

    async def rename(old: str, new: str) -> None:
        async with sqlite.writing() as connection:
            await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            await rename("away", "ledger")

    async with desk(emulator, bot, sqlite, sleep=sleep) as at:
        await rename("ledger", "away")
        with caplog.at_level(logging.ERROR):
            shown = await emulator.reply(ann.says("/help"))
        await at.idle()
        assert shown.words == "Answer to /help"
        assert len(waits) == 3
        assert caplog.text.count("the database takes no notes") == 3
    assert len(emulator.replies(ann)) == 1
