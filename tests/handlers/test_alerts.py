"""/alerts: lists, shows, silences, edits and forgets; who may do what."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from analytics.errors import RequestError
from analytics.market.instruments import Instrument, Kind
from bot.answering.answers import Answer, Answers
from bot.standing.telling import ENDED, TOLD_ONCE
from bot.store.alerts import SqlAlerts
from bot.store.chats import TOPIC_CLOSED
from bot.store.database import Database
from bot.store.rooms import SqlRooms
from bot.store.tables import alerts
from bot.telegram.markup import TEXT_LIMIT, written
from handlers import Asker, Preferences, Reply
from handlers._alerts.edited import edited
from handlers._alerts.kinds import (
    AlertsQuery,
    EditQuery,
    KeepQuery,
    ListQuery,
    OffAllQuery,
    OffQuery,
    ShowQuery,
    SnoozeQuery,
    WhichQuery,
)
from handlers._grammar.until import Until
from handlers._watch.grammar import rule_of
from handlers._watch.states import Phase, State
from handlers._watch.summary import summary_of_many
from handlers.alerts import parse
from tests.handlers.asking import NOW, answers, services, somebody

CORR = "/watch ETH BTC-PERP corr<0.6 30d"
ADMIN, MEMBER, OTHER = 1, 2, 3


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("", ListQuery()),
        ("7", ShowQuery(7)),
        ("#7", ShowQuery(7)),
        ("test 7", ShowQuery(7, is_test=True)),
        ("off 7", OffQuery((7,))),
        ("7 off", OffQuery((7,))),
        ("delete 7", OffQuery((7,))),
        ("lösche Alarm 7 bitte", OffQuery((7,))),
        ("borrar alerta 7", OffQuery((7,))),
        ("off 7,8", OffQuery((7, 8))),
        ("off 7, 8 and 9", OffQuery((7, 8, 9))),
        ("off #7 8", OffQuery((7, 8))),
        ("off all", OffAllQuery()),
        ("delete everything", OffAllQuery()),
        ("all off", OffAllQuery()),
        ("alle löschen", OffAllQuery()),
        ("borrar todas", OffAllQuery()),
        ("list", ListQuery()),
        ("alle", ListQuery()),
        ("seven", ShowQuery(7)),
        ("show 7", ShowQuery(7)),
        ("7 8h", SnoozeQuery(7, timedelta(hours=8))),
        ("mute 7 for 2 hours", SnoozeQuery(7, timedelta(hours=2))),
        ("stumm 7 eine Stunde", SnoozeQuery(7, timedelta(hours=1))),
        ("7 corr<0.5", EditQuery(7, "corr<0.5")),
        ("off", WhichQuery("off")),
        ("snooze 8h", WhichQuery("snooze", "8h")),
        ("edit corr<0.5", WhichQuery("edit", "corr<0.5")),
        ("snooze 7 8h", SnoozeQuery(7, timedelta(hours=8))),
        ("wake 7", SnoozeQuery(7, None)),
        ("edit 7 corr<0.5 7d", EditQuery(7, "corr<0.5 7d")),
        ("keep 7", KeepQuery(7)),
        ("7?", ShowQuery(7)),
        ("list all please", ListQuery()),
        ("1 2 and 3 off", OffQuery((1, 2, 3))),
        ("off 1-3", OffQuery((1, 2, 3))),
        ("lösch 1 bis 3", OffQuery((1, 2, 3))),
        ("turn off number 7", OffQuery((7,))),
        ("delete all my alerts", OffAllQuery()),
        ("delete all ETH alerts", WhichQuery("off", markets=(Instrument("ETH"),))),
        ("what is firing?", ListQuery(is_firing=True)),
        ("welche feuern", ListQuery(is_firing=True)),
        ("cuáles disparan", ListQuery(is_firing=True)),
        ("why did 7 fire", ShowQuery(7)),
        ("snooze 7 until monday", SnoozeQuery(7, Until(time(8), weekday=0))),
        ("7 bis 20.11.", SnoozeQuery(7, Until(time(8), day=(11, 20)))),
        ("silencia 7 hasta las 8 de la noche", SnoozeQuery(7, Until(time(20)))),
        ("change the threshold of 7 to 0.5", EditQuery(7, "0.5")),
        ("corr<0.5", WhichQuery("edit", "corr<0.5")),
        ("funding", WhichQuery("show", metric="funding")),
        ("delete the drift one", WhichQuery("off", metric="drift")),
        ("snooze btc perp 8h", WhichQuery("snooze", "8h", (Instrument("BTC", Kind.PERP),))),
        ("snooze funding until monday", WhichQuery("snooze", "until monday", metric="funding")),
        ("raise 2 to corr<0.7", EditQuery(2, "corr<0.7")),
    ],
)
def test_it_reads(said: str, query: AlertsQuery) -> None:
    assert parse(said) == query


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("of 7", "/alerts off 7"),
        ("snooze 7", "/alerts snooze 7 1h"),
        ("snooze 7 tonight", "/alerts snooze 7 until tomorrow 08:00"),
        ("snooze 7 over the weekend", "/alerts snooze 7 until monday"),
        ("snooze 7 forever", "/alerts snooze 7 1h"),
        ("snooze 7 30", "/alerts snooze 7 30min"),
        ("snooze 7 and 8 for 2h", "/alerts snooze 7 for 2h"),
        ("snooze 7,8 2h", "/alerts snooze 7 2h"),
        ("snooze 7 99d", "/alerts snooze 7 30d"),
        ("edit 7", "/alerts 7"),
        ("off 7 x", "/alerts off 7"),
        ("snooze all 2h", "/mute 2h"),
        ("mute all for the weekend", "/mute until monday"),
        ("snooze everything until friday", "/mute until friday"),
        ("add BTC ETH corr<0.5", "/watch BTC ETH corr<0.5"),
        ("keep 7 1y", "/alerts keep 7"),
        ("zzz", "/alerts"),
        ("zzz 7", "/alerts"),
    ],
)
def test_it_refuses_with_something_to_tap(said: str, offered: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(said)
    assert refusal.value.corrections[0].applied_to(f"/alerts {said}") == offered


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("ETH BTC-PERP corr<0.6", "corr<0.5", "ETH BTC-PERP corr<0.5"),
        ("ETH BTC-PERP corr<0.6 clear=0.7", "corr < 0.5", "ETH BTC-PERP corr<0.5"),
        ("ETH BTC-PERP corr<0.6 30d 4h", "90d", "ETH BTC-PERP corr<0.6 90d"),
        ("ETH BTC-PERP corr<0.6 once", "every for=3", "ETH BTC-PERP corr<0.6 every for=3"),
        ("ETH BTC-PERP corr<0.6 for=3", "SOL BTC-PERP break", "SOL BTC-PERP break"),
        ("ETH BTC-PERP corr<0.6", "0.5", "ETH BTC-PERP corr<0.5"),
        ("ETH BTC-PERP corr<0.6", "below 0,5", "ETH BTC-PERP corr<0.5"),
        ("ETH BTC-PERP corr<0.6", "über 0,9", "ETH BTC-PERP corr>0.9"),
        ("ETH BTC-PERP he<60%", "50%", "ETH BTC-PERP he<50%"),
        ("ETH BTC-PERP break", "corr>0.9", "ETH BTC-PERP corr>0.9"),
        ("ETH BTC-PERP corr<0.6", "once a day", "ETH BTC-PERP corr<0.6 cool=1d"),
    ],
)
def test_an_edit_replaces_its_like(before: str, words: str, after: str) -> None:
    assert edited(rule_of(before), words).rule == rule_of(after)


def router(database: Database) -> Answers:
    return answers(replace(services(), alerts=SqlAlerts(database)))


def in_group(person: int) -> Asker:
    async def decides() -> bool:
        return person == ADMIN

    return replace(somebody(person, is_private=False), may_change=decides)


async def ask(at: Answers, question: str, asker: Asker, occasion: str = "") -> Answer:
    return await at.answer(question, asker=replace(asker, occasion=occasion or question))


async def test_an_alert_is_listed_shown_silenced_changed_and_forgotten(database: Database) -> None:
    at, me = router(database), somebody(5)
    kept = SqlAlerts(database)
    await ask(at, CORR, me)
    listed = (await ask(at, "/alerts", me)).reply
    assert listed.text == ("🟢 1 · ETH × BTC-PERP corr<0.6 · ρ 0.83 (0.80–0.86) · quiet",)
    assert (await ask(at, "/alerts 1", me)).reply.chart is not None
    await ask(at, "/alerts snooze 1 8h", me)
    (snoozed,) = await kept.of_chat(5)
    assert snoozed.snoozed_until == NOW + timedelta(hours=8)
    tested = (await ask(at, "/alerts test 1", me)).reply
    assert tested.title.startswith("TEST 🔴 ETH × BTC-PERP fell below 0.6")
    assert list(await kept.of_chat(5)) == [snoozed]
    await ask(at, "/alerts edit 1 corr<0.5", me)
    (changed,) = await kept.of_chat(5)
    assert (changed.rule.test, changed.version) == ("corr<0.5", 2)
    unknown = await ask(at, "/alerts off 17", me)
    assert unknown.is_error
    assert unknown.reply.buttons[0][0].question == "/alerts off 1"
    await ask(at, "/alerts off 1", me)
    assert not await kept.of_chat(5)


def offers(answer: Answer) -> list[str]:
    return [button.question for row in answer.reply.buttons for button in row]


async def test_an_alert_without_its_number_is_the_only_one_or_is_asked_for(
    database: Database,
) -> None:
    at, me = router(database), somebody(5)
    assert "There are no alerts here" in (await ask(at, "/alerts off", me)).reply.answer
    await ask(at, CORR, me)
    slept = await ask(at, "/alerts snooze 8h", me)
    assert slept.reply.title.startswith("Alert 1 is quiet until")
    await ask(at, "/watch BTC-INV funding<-5%", me)
    assert offers(await ask(at, "/alerts snooze 2h", me)) == [
        "/alerts snooze 1 2h",
        "/alerts snooze 2 2h",
    ]
    assert offers(await ask(at, "/alerts off ETH", me)) == ["/alerts off 1"]
    assert offers(await ask(at, "/alerts edit corr<0.5", me)) == [
        "/alerts edit 1 corr<0.5",
        "/alerts edit 2 corr<0.5",
    ]
    await ask(at, "/alerts off 1", me)
    stays = await ask(at, "/alerts off ETH", me)
    assert stays.reply.answer == "No alert looks at ETH. Which one?"
    assert offers(stays) == ["/alerts off 2"]
    await ask(at, "/alerts off", me)
    assert not await SqlAlerts(database).of_chat(5)


async def test_those_that_fire_are_listed_without_the_others(database: Database) -> None:
    at, me = router(database), somebody(5)
    await ask(at, CORR, me)
    assert (await ask(at, "/alerts what fires?", me)).reply.title == "1 alert:"
    await ask(at, "/watch ETH BTC-PERP corr>0.5", me)
    kept = SqlAlerts(database)
    two = await kept.numbered(5, 2)
    assert two is not None
    firing = State(Phase.FIRING, episode=1, since=NOW)
    await kept.change(two.id, two.rule, state=firing, check=NOW, expires=two.expires)
    listed = (await ask(at, "/alerts which are firing", me)).reply
    assert listed.title == "1 alert:"
    assert listed.text[0].startswith("🔴 2 ·")
    assert listed.text[-1] == "1 other does not fire: `/alerts`"


async def test_one_that_is_over_is_listed_apart_from_one_that_sleeps(database: Database) -> None:
    at, me, kept = router(database), somebody(5), SqlAlerts(database)
    for condition in ("corr<0.6", "corr<0.5 once", "corr<0.4"):
        await ask(at, f"/watch ETH BTC-PERP {condition} 30d", me)
    asleep, spoken, ended = await kept.of_chat(5)
    firing = State(Phase.FIRING, episode=1, since=NOW, told_at=NOW, is_told=True)
    await kept.change(spoken.id, spoken.rule, state=firing, check=NOW, expires=spoken.expires)
    await kept.keep(ended.id, NOW)
    whys = {asleep.id: TOPIC_CLOSED, spoken.id: TOLD_ONCE, ended.id: ENDED}
    async with database.writing() as connection:
        for alert_id, why in whys.items():
            row = update(alerts).where(alerts.c.id == alert_id)
            await connection.execute(row.values(paused_why=why))
    listed = (await ask(at, "/alerts", me)).reply
    assert [line.rpartition(" · ")[2] for line in listed.text] == [
        "paused",
        "has told once",
        "has ended",
    ]
    assert (await ask(at, "/alerts 3", me)).reply.text == ("It has ended.",)
    german = await at.answer("/alerts 3", asker=me, wanted=Preferences(language="de"))
    assert german.reply.text == ("Er ist zu Ende.",)
    german = await at.answer("/alerts 1", asker=me, wanted=Preferences(language="de"))
    assert german.reply.text == ("sein Thema ist geschlossen",)


async def test_a_snooze_ends_on_a_day_by_the_clock_of_the_chat(database: Database) -> None:
    rooms, kept = SqlRooms(database), SqlAlerts(database)
    await rooms.set_preferences(5, Preferences(zone="Europe/Berlin"))
    at, me = answers(replace(services(), alerts=kept, rooms=rooms)), somebody(5)
    await ask(at, CORR, me)
    await ask(at, "/alerts snooze 1 until friday 9:00", me)
    (snoozed,) = await kept.of_chat(5)
    assert snoozed.snoozed_until == datetime(2026, 11, 6, 8, tzinfo=UTC)
    refused = await ask(at, "/alerts snooze 1 until 2027-05-01", me)
    assert offers(refused) == ["/alerts snooze 1 30d", "/alerts off 1"]
    assert list(await kept.of_chat(5)) == [snoozed]


async def test_an_edit_that_cannot_be_read_offers_an_edit_again(database: Database) -> None:
    at, me = router(database), somebody(5)
    await ask(at, CORR, me)
    assert offers(await ask(at, "/alerts edit 1 corr 0.5", me)) == [
        "/alerts edit 1 corr<0.5",
        "/alerts edit 1 corr>0.5",
    ]
    assert offers(await ask(at, "/alerts edit 1 window 60d", me)) == ["/alerts edit 1 60d"]
    assert offers(await ask(at, "/alerts edit 1 lower", me)) == ["/alerts 1"]


async def test_several_alerts_go_at_once_or_none(database: Database) -> None:
    at, me = router(database), somebody(5)
    for test in ("corr<0.3", "corr<0.2", "corr<0.1"):
        await ask(at, f"/watch ETH BTC-PERP {test}", me)
    assert (await ask(at, "/alerts off 1, 3 and 9", me)).is_error
    assert len(await SqlAlerts(database).of_chat(5)) == 3
    gone = await ask(at, "/alerts off 1 and 3", me)
    assert gone.reply.title == "Forgot 2 alerts."
    assert [alert.number for alert in await SqlAlerts(database).of_chat(5)] == [2]


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        ("/alerts", {ADMIN, MEMBER, OTHER}),
        ("/alerts 1", {ADMIN, MEMBER, OTHER}),
        ("/alerts snooze 1 8h", {ADMIN, MEMBER}),
        ("/alerts wake 1", {ADMIN, MEMBER}),
        ("/alerts edit 1 corr<0.5", {ADMIN}),
        ("/alerts keep 1", {ADMIN}),
        ("/alerts off 1", {ADMIN}),
        ("/alerts off all", {ADMIN}),
        ("/alerts off", {ADMIN}),
        ("/alerts snooze 8h", {ADMIN, MEMBER}),
        ("/alerts delete everything", {ADMIN}),
        ("/mute 8h", {ADMIN}),
        ("/unmute", {ADMIN}),
    ],
)
async def test_in_a_group_admins_decide_and_members_silence_their_own(
    database: Database, question: str, allowed: set[int]
) -> None:
    using = replace(services(), alerts=SqlAlerts(database), rooms=SqlRooms(database))
    at = answers(using)
    owner = replace(in_group(MEMBER), may_change=in_group(ADMIN).may_change)
    assert not (await ask(at, CORR, owner)).is_error
    for person in (OTHER, MEMBER, ADMIN):
        answer = await ask(at, question, in_group(person), f"{question}:{person}")
        assert answer.is_error is (person not in allowed), answer.reply.answer


@pytest.mark.parametrize("words", ["off all", "delete everything", "clear them all"])
async def test_one_word_that_would_lose_several_alerts_is_asked_back(
    database: Database, words: str
) -> None:
    at, me, kept = router(database), somebody(5), SqlAlerts(database)
    for condition in ("corr<0.6", "corr<0.5"):
        await ask(at, f"/watch ETH BTC-PERP {condition} 30d", me, condition)
    asked = (await ask(at, f"/alerts {words}", me)).reply
    assert asked.title == "Delete all 2 alerts?"
    assert asked.text == (
        "1 · `/watch ETH BTC-PERP corr<0.6 30d`",
        "2 · `/watch ETH BTC-PERP corr<0.5 30d`",
    )
    assert len(await kept.of_chat(5)) == 2
    yes, no = asked.buttons[0]
    assert (yes.label, yes.question) == ("Delete all 2", "/alerts off 1 2")
    assert (no.label, no.question) == ("Keep", "/alerts")
    await ask(at, "/watch ETH BTC-PERP corr<0.4 30d", me, "meanwhile")
    assert (await ask(at, yes.question, me)).reply.title == "Forgot 2 alerts."
    assert [alert.number for alert in await kept.of_chat(5)] == [3], "set after it was asked"
    assert (await ask(at, f"/alerts {words}", me)).reply.title == "Forgot alert 3."


async def test_alerts_of_one_chat_are_unknown_in_another(database: Database) -> None:
    at = router(database)
    await ask(at, CORR, somebody(5))
    assert (await ask(at, "/alerts", somebody(6))).reply.title == "No alerts here."
    assert (await ask(at, "/alerts off 1", somebody(6))).is_error
    assert len(await SqlAlerts(database).of_chat(5)) == 1


def fired(number: int, event: str = "fired") -> Reply:
    words = {"alert": number, "event": event}
    return Reply(f"🔴 ETH × COIN{number}-PERP fell below 0.6:", "ρ 0.86 → 0.58", numbers=words)


def numbered(lines: Sequence[str]) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in lines]


def test_twenty_at_once_are_one_message_that_loses_none() -> None:
    whole = summary_of_many([fired(n) for n in range(1, 21)])
    assert numbered(whole.text) == list(range(1, 21))
    assert whole.title == "🔴 20 alerts fired:"
    assert written(whole).length <= TEXT_LIMIT
    assert all(len(row) <= 8 for row in whole.buttons)


def test_the_worst_come_first_and_one_stays_as_it_is() -> None:
    mixed = [fired(1, "recovered"), fired(2, "blind"), fired(3)]
    assert numbered(summary_of_many(mixed).text) == [3, 2, 1]
    assert summary_of_many(mixed[:1]) is mixed[0]
