"""Questions from a person's phone and their answers back to it, over HTTP."""

import asyncio
from typing import Any

import pytest
from telegram import Bot

from bot.store.database import Database
from bot.telegram.talking.arrivals import PRIVATE_BOT
from bot.telegram.talking.conversation import TEXT_ONLY
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.chats import Content
from tests.emulators.telegram.emulator import TelegramEmulator

ME = "@hedge_desk_bot"


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
