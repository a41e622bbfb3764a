"""What people live through with the bot, told from their side of the screen."""

import re

import pytest

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot


def first_line(message: Message) -> str:
    return message.words.splitlines()[0]


async def shows(hedgebot: Hedgebot, message: Message, pattern: str) -> None:
    """Wait until a message has been changed to say so."""
    await hedgebot.until(lambda: re.search(pattern, message.words))


async def test_a_first_visit(hedgebot: Hedgebot, telegram: TelegramEmulator) -> None:
    await hedgebot.serve()
    ann = telegram.person("Ann")

    greeting = await hedgebot.reply(ann.says("/start"))
    assert "how closely two markets move" in greeting.words
    menu = await hedgebot.until(lambda: telegram.commands({"type": "all_private_chats"}))
    assert [command["command"] for command in menu][:2] == ["corr", "hedge"]

    ann.presses(greeting, "BTC × ETH-PERP")
    chart = greeting
    await shows(hedgebot, chart, "BTC × ETH-PERP · 30d")
    assert chart.photo
    assert re.match(r"BTC × ETH-PERP · 30d: ρ 0\.\d\d \(0\.\d\d–0\.\d\d\) · ", first_line(chart))
    assert chart.labels[0] == ["7d", "30d•", "90d", "1y"]

    before = chart.photo
    ann.presses(chart, "90d")
    await shows(hedgebot, chart, "BTC × ETH-PERP · 90d")
    assert chart.photo != before
    assert chart.labels[0] == ["7d", "30d", "90d•", "1y"]

    ann.presses(chart, "Hedge")
    await shows(hedgebot, chart, r"^Hedge 0\.\d+ BTC with ETH-PERP · 90d: SHORT ")

    mistaken = await hedgebot.reply(ann.says("/corr BTC ETHH-PERP"))
    assert "I don't know ETHH-PERP" in mistaken.words
    ann.presses(mistaken, "ETH-PERP")
    await hedgebot.until(lambda: len([m for m in telegram.replies(ann) if m.photo]) == 2)

    meant = await hedgebot.reply(ann.says("btc sol 7d"))
    assert first_line(meant).startswith("BTC × SOL · 7d: ρ ")

    bare = await hedgebot.reply(ann.says("/corr"))
    assert "Which two?" in bare.words
    assert all(call.ok for call in telegram.calls_of("answerCallbackQuery"))
    assert "ERROR" not in hedgebot.log


@pytest.mark.slow
async def test_a_desk_of_five_in_one_group(hedgebot: Hedgebot, telegram: TelegramEmulator) -> None:
    await hedgebot.serve()
    desk = [telegram.person(name) for name in ("Ann", "Bob", "Cyd", "Dee", "Eve")]
    ann, bob, cyd, *_ = desk
    room = telegram.group("Desk", desk)

    questions = [f"/corr BTC {coin} 30d" for coin in ("ETH", "SOL", "XRP", "ADA", "DOGE")]
    asked = [who.says(text, chat=room) for who, text in zip(desk, questions, strict=True)]
    await hedgebot.until(lambda: len(telegram.replies(room)) == 5)
    answers = telegram.replies(room)
    assert {answer.reply_to for answer in answers} == set(asked), "each under its question"
    answers.sort(key=lambda answer: asked.index(answer.reply_to))
    assert all(answer.photo for answer in answers)

    foreign = bob.presses(answers[0], "90d")
    await hedgebot.until(lambda: foreign.answer)
    assert foreign.answer["text"].startswith("Only the person who asked can use this button.")
    assert answers[0].revision == 0
    ann.presses(answers[0], "90d")
    await shows(hedgebot, answers[0], "BTC × ETH · 90d")
    assert len(telegram.replies(room)) == 5, "a tap edits, it does not add"

    bob.says("what do you think?", chat=room)
    cyd.says("/corr@another_bot BTC ETH", chat=room)
    cyd.says("/weather", chat=room)
    last = cyd.says("/corr@hedge_desk_bot ETH SOL 7d", chat=room)
    assert (await hedgebot.reply(last)).reply_to is last
    assert len(telegram.replies(room)) == 6, "silent where nobody spoke to us"


async def test_a_topic_of_a_forum_keeps_its_answers(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    await hedgebot.serve()
    ann = telegram.person("Ann")
    forum = telegram.group("Traders", [ann], forum=True)
    pairs, hedges = forum.topic("Pairs"), forum.topic("Hedges")

    pair = ann.says("/corr BTC ETH 30d", chat=forum, thread=pairs)
    hedge = ann.says("/hedge 2.5 BTC BTC-INV", chat=forum, thread=hedges)
    general = ann.says("/help", chat=forum)
    await hedgebot.until(lambda: len(telegram.replies(forum)) == 3)
    [in_pairs] = telegram.replies(forum, thread=pairs)
    [in_hedges] = telegram.replies(forum, thread=hedges)
    [in_general] = [m for m in telegram.replies(forum) if m.thread_id is None]
    replied = [message.reply_to for message in (in_pairs, in_hedges, in_general)]
    assert replied == [pair, hedge, general]
    assert "SHORT" in first_line(in_hedges)

    ann.presses(in_pairs, "7d")
    await shows(hedgebot, in_pairs, "BTC × ETH · 7d")
    assert len(telegram.replies(forum, thread=pairs)) == 1
    actions = telegram.calls_of("sendChatAction", chat=forum)
    assert {call.params.get("message_thread_id") for call in actions} == {pairs, hedges, None}
