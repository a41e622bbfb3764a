"""Somebody who writes no command: a story, a city, a mistake; real commands, over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from telegram import Bot

from bot.answering.answers import Answers
from bot.store.alerts import SqlAlerts
from bot.store.book import SqlBook
from bot.store.database import Database
from bot.store.rooms import SqlRooms
from bot.telegram.talking.taps import FOREIGN
from handlers import load_commands
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.handlers.asking import services


@pytest.fixture
async def at(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> AsyncIterator[Desk]:
    using = replace(
        services(), rooms=SqlRooms(sqlite), book=SqlBook(sqlite), alerts=SqlAlerts(sqlite)
    )
    answers = Answers(load_commands(), using)
    async with desk(emulator, bot, sqlite, answers=answers) as opened:
        yield opened


@pytest.mark.parametrize("words", ["tell me a story", "how much should I short?"])
async def test_who_just_talks_is_shown_what_can_be_asked(at: Desk, words: str) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says(words))
    assert "I answer questions about markets, such as /corr BTC ETH-PERP 30d" in shown.words
    assert shown.labels == [["BTC × ETH-PERP"], ["Hedge 2.5 BTC"], ["What else?"]]
    ann.presses(shown, "What else?")
    await at.telegram.until(lambda: shown.words.startswith("What you can ask"))


async def test_who_says_thanks_is_not_asked_for_a_market(at: Desk) -> None:
    shown = await at.telegram.reply(at.telegram.person("Ann").says("Thanks 🙏"))
    assert shown.words.startswith("Hedgebot tells how closely two markets move")


async def test_our_name_need_not_be_said_to_us(at: Desk, bot: Bot) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says(f"@{bot.username} btc eth brief nochart"))
    assert shown.words.startswith("BTC × ETH · 30d:")


async def test_a_mistake_that_can_be_put_right_is_no_talk(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("corr BTC ETHH nochart"))
    assert shown.words.endswith("Did you mean ETH?")
    assert shown.labels == [["ETH"]]
    slashed = await at.telegram.reply(ann.says("/corr tell me a story"))
    assert slashed.labels == [["How to ask"]]


async def test_a_city_by_itself_sets_the_clock_of_a_private_chat(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/settings tz"))
    assert "write the name of your city" in shown.words
    kept = await at.telegram.reply(ann.says("Mumbai"))
    assert kept.words.startswith("Kept.")
    assert "Asia/Kolkata" in kept.words
    ann.presses(kept, "UTC")
    await at.telegram.until(lambda: "UTC•" in [label for row in kept.labels for label in row])


async def test_a_city_sets_the_clock_of_a_group_in_reply_to_us_only(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann])
    shown = await at.telegram.reply(ann.says("/settings tz", chat=group))
    ann.says("Osaka", chat=group)
    kept = await at.telegram.reply(ann.says("Osaka", chat=group, reply_to=shown))
    await at.idle()
    assert "Asia/Tokyo" in kept.words
    assert len(at.telegram.replies(group)) == 2


async def test_what_is_private_leads_there_from_a_group(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann])
    refused = await at.telegram.reply(ann.says("/book", chat=group))
    payload = refused.button("Open")["url"].partition("?start=")[2]
    asked = await at.telegram.reply(ann.says(f"/start {payload}"))
    assert "/book" in asked.words


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("snooze 2 hours", "Alert 1 is quiet until 16:20 UTC:"),
        ("8h please 🙏", "Alert 1 is quiet until 22:20 UTC:"),
        ("mute", "How long shall alert 1 be quiet?"),
        ("stumm 1 Stunde", "Alert 1 is quiet until 15:20 UTC:"),
        ("below 0.3", "Alert 1 changed: ETH × BTC-PERP corr<0.3"),
        ("stop it", "Forgot alert 1."),
        ("borrar esta", "Forgot alert 1."),
    ],
)
@pytest.mark.parametrize("language", ["English", "Deutsch"])
async def test_a_reply_to_an_alert_is_about_that_alert(
    at: Desk, words: str, answer: str, language: str
) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann])
    await at.telegram.reply(ann.says(f"/settings language {language}", chat=group))
    alert = await at.telegram.reply(ann.says("/watch ETH BTC-PERP corr<0.4", chat=group))
    await at.telegram.reply(ann.says("/settings language English", chat=group))
    ann.says("nice", chat=group, reply_to=alert)
    ann.says("thanks 👍", chat=group, reply_to=alert)
    told = await at.telegram.reply(ann.says(words, chat=group, reply_to=alert))
    assert told.words.startswith(answer)
    assert len(at.telegram.replies(group)) == 4, "small talk about an alert is none of our business"


async def test_whether_a_hedge_still_fits_leads_to_the_saved_position_that_is_meant(
    at: Desk,
) -> None:
    ann = at.telegram.person("Ann")
    for position in ("main 40 ETH -2.48 BTC-PERP", "other 100 SOL -1 BTC-PERP"):
        await at.telegram.reply(ann.says(f"/book add {position}"))
    shown = await at.telegram.reply(ann.says("is my eth short still ok?"))
    assert shown.labels == [["/drift main"]]
    both = await at.telegram.reply(ann.says("should I rebalance my hedge?"))
    assert both.labels == [["/drift main"], ["/drift other"]]


async def test_what_an_alert_is_asked_without_a_slash_is_offered_and_not_done(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    await at.telegram.reply(ann.says("/watch ETH BTC-PERP corr<0.4"))
    offered = await at.telegram.reply(ann.says("delete all my alerts"))
    assert offered.labels == [["/alerts off all"], ["/alerts"]]
    looked = await at.telegram.reply(ann.says("show my alerts"))
    assert looked.words.startswith("1 alert: none fires")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("delete everything", "Delete all 2 alerts? Nothing is deleted yet."),
        ("2 off", "Forgot alert 2."),
        ("snooze 1 until friday", "Alert 1 is quiet until 6 Nov 08:00 UTC:"),
        ("mute all for 2h", "All alerts of this chat are hushed by /mute 2h."),
    ],
)
async def test_a_reply_to_the_list_of_alerts_is_about_these(
    at: Desk, words: str, answer: str
) -> None:
    ann = at.telegram.person("Ann")
    group = at.telegram.group("Desk", [ann])
    for test in ("corr<0.4", "corr<0.3"):
        await at.telegram.reply(ann.says(f"/watch ETH BTC-PERP {test}", chat=group))
    listed = await at.telegram.reply(ann.says("/alerts", chat=group))
    ann.says("nice", chat=group, reply_to=listed)
    told = await at.telegram.reply(ann.says(words, chat=group, reply_to=listed))
    assert told.words.startswith(answer)
    assert len(at.telegram.replies(group)) == 4


async def test_whoever_was_asked_whether_all_alerts_are_meant_says_so(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob])
    group.promote(bob)
    for test in ("corr<0.4", "corr<0.3"):
        await at.telegram.reply(ann.says(f"/watch ETH BTC-PERP {test}", chat=group))
    asked = await at.telegram.reply(ann.says("/alerts off all", chat=group))
    foreign = bob.presses(asked, "Delete all 2")
    await at.idle()
    assert foreign.answer
    assert foreign.answer["text"] == FOREIGN
    assert asked.words.startswith("Delete all 2 alerts?")
    ann.presses(asked, "Delete all 2")
    await at.idle()
    assert asked.words.startswith("Forgot 2 alerts.")


async def test_in_private_a_command_addressed_to_another_bot_is_meant_for_us(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr@another_bot BTC ETHH"))
    assert shown.words.endswith("Did you mean ETH?")


async def test_a_greeting_before_a_question_does_not_hide_it(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("Hi! How do BTC and ETH hang together?"))
    assert shown.labels == [["BTC ETH"]]
