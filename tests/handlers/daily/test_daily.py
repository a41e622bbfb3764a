"""/daily over a real database: what is read, kept, merged, moved and stopped."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from analytics.errors import RequestError
from analytics.market.instruments import Instrument
from bot.answering.answers import Answer
from bot.store.book import SqlBook
from bot.store.database import Database, open_database
from bot.store.digests import SqlDigests
from bot.store.rooms import SqlRooms
from handlers import Asker, Preferences, Reply, Room, SavedPosition, Services, position_of
from handlers._daily.query import (
    AddQuery,
    ListQuery,
    MoveQuery,
    NowQuery,
    OffQuery,
    ResumeQuery,
    daily_query,
)
from handlers._daily.remarks import Muted, remark
from handlers._daily.schedule import DailyTime
from handlers._digest.reading import digest_query
from tests.handlers.asking import NOW, answers, services, somebody

BERLIN = "Europe/Berlin"


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Services]:
    database = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    yield _with(database)
    await database.close()


def _with(database: Database) -> Services:
    return replace(
        services(),
        digests=SqlDigests(database),
        rooms=SqlRooms(database),
        book=SqlBook(database),
    )


async def said(
    question: str, using: Services, *, occasion: str = "update:1", asker: Asker | None = None
) -> Answer:
    who = asker or somebody(5, occasion=occasion)
    return await answers(using).answer(question, asker=who)


async def told(question: str, using: Services, *, occasion: str = "update:1") -> Reply:
    found = await said(question, using, occasion=occasion)
    assert not found.is_error, found.reply.answer
    return found.reply


def words_of(reply: Reply) -> str:
    return "\n".join((f"{reply.title} {reply.answer}", *reply.text))


@pytest.mark.parametrize(
    ("words", "pairs", "at", "zone"),
    [
        ("ETH BTC-PERP 30d at=08:00", "ETH BTC-PERP 30d", time(8), None),
        ("at=8:30 ETH BTC-PERP 30d tz=Europe/Berlin", "ETH BTC-PERP 30d", time(8, 30), BERLIN),
        (
            "ETH BTC, SOL ETH-PERP 90d at=08:00, tz=berlin",
            "ETH BTC, SOL ETH-PERP 90d",
            time(8),
            BERLIN,
        ),
        ("BTC ETH SOL 30d", "BTC ETH SOL 30d", None, None),
        ("ETH BTC-PERP 30d at 20:15", "ETH BTC-PERP 30d", time(20, 15), None),
        ("at 20:15 ETH BTC-PERP 30d", "ETH BTC-PERP 30d", time(20, 15), None),
        ("ETH BTC 30d tz=New York at=7:00", "ETH BTC 30d", time(7), "America/New_York"),
        ("tz=São Paulo ETH BTC 30d", "ETH BTC 30d", None, "America/Sao_Paulo"),
        ("40 ETH -2.48 BTC-PERP 30d", "40 ETH -2.48 BTC-PERP 30d", None, None),
        ("ETH BTC 30d at 8", "ETH BTC 30d", time(8), None),
        ("ETH BTC 30d – 08:00", "ETH BTC 30d", time(8), None),
        ("ETH BTC 30d 8pm", "ETH BTC 30d", time(20), None),
        ("ETH BTC 30d um 8 Uhr in Köln", "ETH BTC 30d", time(8), BERLIN),
        ("ETH BTC 30d cada día a las 8", "ETH BTC 30d", time(8), None),
        ("every morning ETH BTC 30d", "ETH BTC 30d", None, None),
        ("ETH BTC 30d jeden Abend", "ETH BTC 30d", time(20), None),
        ("ETH BTC 30d every evening at 8", "ETH BTC 30d", time(20), None),
        ("ETH BTC 30d um 9 jeden Abend", "ETH BTC 30d", time(21), None),
        ("ETH BTC 30d every night at 2", "ETH BTC 30d", time(2), None),
        ("ETH BTC 30d at 8 in the evening", "ETH BTC 30d", time(20), None),
        ("ETH BTC 30d um halb acht", "ETH BTC 30d", time(7, 30), None),
        ("ETH BTC 30d a las ocho de la noche", "ETH BTC 30d", time(20), None),
        ("ETH BTC 30d at seven", "ETH BTC 30d", time(7), None),
        ("ETH BTC 30d 20h30 Europe/Berlin", "ETH BTC 30d", time(20, 30), BERLIN),
        ("ETH BTC 30d at noon New York", "ETH BTC 30d", time(12), "America/New_York"),
        ("ETH BTC 30d at=8.30 UTC", "ETH BTC 30d", time(8, 30), "UTC"),
        ("ETH BTC 30d 8:30 GMT", "ETH BTC 30d", time(8, 30), "UTC"),
        ("8:30 BTC GMT", "BTC GMT", time(8, 30), None),
        ("btc perp, eth perp at 8", "BTC-PERP ETH-PERP 30d", time(8), None),
        ("btc eth and sol eth @8", "BTC ETH, SOL ETH", time(8), None),
        ("btc and eth and sol", "BTC ETH SOL", None, None),
        ("40 ETH, -2.48 BTC-PERP", "40 ETH -2.48 BTC-PERP", None, None),
        ("40 eth, 2.48 btc perp short", "40 ETH -2.48 BTC-PERP", None, None),
        ("BTC ETH 19h at=08:00", "BTC ETH 19h", time(8), None),
        ("btc eth for the last 2 weeks", "BTC ETH 14d", None, None),
        ("btc eth 7:30pm nyc", "BTC ETH", time(19, 30), "America/New_York"),
        ("at=08:00, 2 ETH -1 BTC-PERP 30d", "2 ETH -1 BTC-PERP 30d", time(8), None),
    ],
)
def test_pairs_times_and_zones_are_read(
    words: str, pairs: str, at: time | None, zone: str | None
) -> None:
    assert daily_query(words) == AddQuery(digest_query(pairs), at, zone)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("", ListQuery()),
        ("turn off number 2 please", OffQuery((2,))),
        ("turn it off", OffQuery(())),
        ("2", NowQuery(2)),
        ("send now", NowQuery(None)),
        ("please add ETH BTC 30d", AddQuery(digest_query("ETH BTC 30d"))),
        ("off 2", OffQuery((2,))),
        ("off 2, #3", OffQuery((2, 3))),
        ("OFF all", OffQuery(None)),
        ("off", OffQuery(())),
        ("at 2 09:30", MoveQuery(2, time(9, 30), None)),
        ("at 2 at=09:30 tz=UTC", MoveQuery(2, time(9, 30), "UTC")),
        ("at 2 tz=Tokyo", MoveQuery(2, None, "Asia/Tokyo")),
        ("at 2 09:30 tz=Tokyo", MoveQuery(2, time(9, 30), "Asia/Tokyo")),
        ("2 off", OffQuery((2,))),
        ("aus 2", OffQuery((2,))),
        ("stop everything", OffQuery(None)),
        ("borrar todo", OffQuery(None)),
        ("move 2 to 9am", MoveQuery(2, time(9), None)),
        ("2 auf 9 Uhr", MoveQuery(2, time(9), None)),
        ("9:30", MoveQuery(None, time(9, 30), None)),
        ("tz=Köln", MoveQuery(None, None, "Europe/Berlin")),
        ("now", NowQuery(None)),
        ("show", ListQuery()),
        ("now 2", NowQuery(2)),
        ("on 2", ResumeQuery(2)),
        ("show 2", NowQuery(2)),
        ("when?", ListQuery()),
        ("change the time to 9", MoveQuery(None, time(9), None)),
        ("off btc", OffQuery((), (Instrument("BTC"),))),
        ("OFF BTC 30d", AddQuery(digest_query("$OFF BTC 30d"))),
    ],
)
def test_what_to_do_with_which_digest_is_read(words: str, query: object) -> None:
    assert daily_query(words) == query


@pytest.mark.parametrize(
    ("words", "sentence", "correction"),
    [
        ("ETH BTC at=25:00", "can't read the time 25:00", "/daily ETH BTC at=08:00"),
        ("ETH BTC tz=Berln", "time zone Berln", "/daily ETH BTC tz=Europe/Berlin"),
        ("ETH BTC tz=CET at=09:00", "time zone CET", "/daily ETH BTC tz=Europe/Berlin at=09:00"),
        ("ETH at=09:00", "second market", "/daily ETH BTC-PERP at=09:00"),
        ("ETH BTC 30d end=2026-09-01", "leave `end=` out", "/daily ETH BTC 30d"),
        ("at 2", "When?", "/daily at 2 08:00"),
        ("at 2 soon", "When?", "/daily at 2 08:00"),
        ("at 2 at=99", "can't read the time 99", "/daily at 2 at=08:00"),
        ("at 2 09:00 tz=CET", "time zone CET", "/daily at 2 at=09:00 tz=Europe/Berlin"),
        ("off two", "Say its number", "/daily"),
        ("ETH BTC at=09:00 CET", "time zone CET", "/daily ETH BTC at=09:00 tz=Europe/Berlin"),
        (
            "ETH BTC at=09:00 tz=UTC+1",
            "time zone UTC+1",
            "/daily ETH BTC at=09:00 tz=Europe/Berlin",
        ),
        ("ETH BTC tz=", "Which zone?", "/daily ETH BTC tz=Europe/Berlin"),
        ("ETH BTC at=08:00,20:00", "once a day", "/daily ETH BTC at=08:00"),
        ("ETH BTC at=08:00 at=20:00", "once a day", "/daily ETH BTC at=08:00"),
        ("ETH BTC weekdays at=08:00", "comes every day", "/daily ETH BTC at=08:00"),
        ("los lunes ETH BTC", "comes every day", "/daily ETH BTC"),
        ("pause 2", "does not pause", "/daily off 2"),
        ("ETH BTC 8am in Berln", "time zone Berln", "/daily ETH BTC 8am tz=Europe/Berlin"),
        ("ETH BTC windw=30d", "windw=30d", "/daily ETH BTC 30d"),
    ],
)
def test_what_is_wrong_is_said_with_whole_questions_to_tap(
    words: str, sentence: str, correction: str
) -> None:
    with pytest.raises(RequestError) as caught:
        daily_query(words)
    assert sentence in caught.value.sentence
    assert "/digest" not in caught.value.sentence
    rights = [c.right for c in caught.value.corrections]
    assert any(right.startswith(correction) for right in rights), rights
    for right in rights:
        daily_query(right.removeprefix("/daily"))


async def test_a_digest_is_agreed_on_in_words_of_the_chats_own_clock(kept: Services) -> None:
    reply = await told("/daily ETH BTC-PERP 30d at=08:00 tz=Berlin", kept)
    assert words_of(reply) == (
        "Daily digest 1 every day at 08:00 Berlin\n"
        "ETH BTC-PERP 30d\n"
        "The next one comes tomorrow at 08:00."
    )
    assert [b.question for b in reply.buttons[0]] == ["/digest ETH BTC-PERP 30d", "/daily off 1"]
    assert reply.numbers["digest"]["next"] == "2026-11-05T07:00:00+00:00"


async def test_without_a_zone_it_goes_by_utc_and_says_so_with_likely_zones(kept: Services) -> None:
    reply = await told("/daily ETH BTC-PERP 30d at=20:00", kept)
    assert "today at 20:00" in words_of(reply)
    assert "so it goes by UTC" in words_of(reply)
    offered = [b.question for row in reply.buttons for b in row]
    assert "/daily at 1 20:00 tz=Europe/Berlin" in offered
    moved = await told("/daily at 1 20:00 tz=Europe/Berlin", kept)
    assert "every day at 20:00 Berlin" in words_of(moved)


async def test_the_chats_own_zone_is_taken(kept: Services) -> None:
    assert kept.rooms
    await kept.rooms.set_preferences(5, Preferences(zone="Asia/Tokyo"))
    reply = await told("/daily ETH BTC-PERP 30d", kept)
    assert words_of(reply).startswith("Daily digest 1 every day at 08:00 Tokyo")
    assert "UTC" not in words_of(reply)


async def test_pairs_for_the_same_time_become_one_message(kept: Services) -> None:
    await told("/daily ETH BTC-PERP 30d", kept)
    await told("/daily SOL ETH-PERP 90d, ETH BTC-PERP 30d at=08:00", kept, occasion="update:2")
    await told("/daily SOL ETH-PERP 90d", kept, occasion="update:2")
    await told("/daily SOL ETH-PERP 90d at=09:00", kept, occasion="update:3")
    assert kept.digests
    assert [d.question for d in await kept.digests.of_chat(5)] == [
        "/digest ETH BTC-PERP 30d, SOL ETH-PERP 90d",
        "/digest SOL ETH-PERP 90d",
    ]


async def test_a_digest_that_lacks_a_margin_is_given_one_by_a_tap(kept: Services) -> None:
    lacking = await told("/daily ETH BTC-PERP 30d, 300 SOL -300c BTC-INV 30d", kept)
    assert "coll=0.5BTC or lev=3" in lacking.notes[0]
    (tap,) = [b for row in lacking.buttons for b in row if b.label == "lev=3"]
    mended = await told(tap.question, kept, occasion="update:2")
    assert "300 SOL -300c BTC-INV 30d lev=3" in words_of(mended)
    assert not mended.notes
    await told("/daily SOL ETH-PERP 30d", kept, occasion="update:3")
    await told("/daily 20 SOL -9c BTC-INV 30d lev=5", kept, occasion="update:4")
    assert kept.digests
    assert [d.question for d in await kept.digests.of_chat(5)] == [
        "/digest ETH BTC-PERP 30d, 300 SOL -300c BTC-INV 30d, SOL ETH-PERP 30d lev=3",
        "/digest 20 SOL -9c BTC-INV 30d lev=5",
    ]


async def test_a_topic_has_digests_of_its_own(kept: Services) -> None:
    for thread in (7, 8):
        asker = replace(somebody(5, occasion=f"update:{thread}"), room=Room(-100, thread))
        await said("/daily ETH BTC-PERP 30d", kept, asker=asker)
    assert kept.digests
    assert [d.room for d in await kept.digests.of_chat(-100)] == [Room(-100, 7), Room(-100, 8)]


async def test_more_pairs_than_a_message_takes_are_refused_with_another_time(
    kept: Services,
) -> None:
    await told("/daily BTC ETH SOL XRP ADA DOGE LINK AVAX 30d", kept)
    refusal = await said(
        "/daily DOGE BTC-PERP, ETH BTC-PERP, SOL BTC-PERP 30d", kept, occasion="update:2"
    )
    assert "31 pairs; one takes 30" in refusal.reply.answer
    assert refusal.reply.buttons[0][0].question == (
        "/daily DOGE BTC-PERP 30d, ETH BTC-PERP 30d, SOL BTC-PERP 30d at=08:05"
    )


async def test_saved_positions_stand_in_by_name_and_are_kept_in_full(kept: Services) -> None:
    assert kept.book
    await kept.book.save(5, SavedPosition("main", position_of("40 ETH -2.48 BTC-PERP")))
    reply = await told("/daily main 30d", kept)
    assert "40 ETH -2.48 BTC-PERP 30d" in words_of(reply)


async def test_a_list_shows_each_digest_and_buttons_for_it(kept: Services) -> None:
    assert "I send none until you ask" in words_of(await told("/daily", kept))
    await told("/daily ETH BTC-PERP 30d tz=Berlin", kept)
    await told("/daily SOL BTC-PERP 30d at=18:00 tz=UTC", kept, occasion="update:2")
    reply = await told("/daily", kept)
    assert reply.text == (
        "1 · 08:00 Berlin · ETH BTC-PERP 30d. The next one comes tomorrow at 08:00.",
        "2 · 18:00 UTC · SOL BTC-PERP 30d. The next one comes today at 18:00.",
    )
    assert [[b.question for b in row] for row in reply.buttons] == [
        ["/digest ETH BTC-PERP 30d", "/daily off 1"],
        ["/digest SOL BTC-PERP 30d", "/daily off 2"],
    ]


async def test_stopping_offers_to_undo_it(kept: Services) -> None:
    await told("/daily ETH BTC-PERP 30d tz=Berlin", kept)
    await told("/daily SOL BTC-PERP 30d at=18:00 tz=UTC", kept, occasion="update:2")
    refusal = await said("/daily off 9", kept)
    assert [row[0].question for row in refusal.reply.buttons] == ["/daily off 1", "/daily off 2"]
    assert "Which one?" in (await said("/daily off", kept)).reply.answer
    reply = await told("/daily off 1", kept)
    undo = reply.buttons[0][0].question
    assert undo == "/daily ETH BTC-PERP 30d at=08:00 tz=Europe/Berlin"
    await told(undo, kept, occasion="update:3")
    assert kept.digests
    assert [d.number for d in await kept.digests.of_chat(5)] == [2, 3]
    asked = await told("/daily off all", kept)
    assert (asked.title, len(await kept.digests.of_chat(5))) == ("Stop all 2 digests?", 2)
    yes, no = asked.buttons[0]
    assert (yes.label, yes.question) == ("Stop all 2", "/daily off 2 3")
    assert (no.label, no.question) == ("Keep", "/daily")
    await told("/daily SOL ETH-PERP 30d at=19:00", kept, occasion="update:4")
    await told(yes.question, kept)
    assert [d.number for d in await kept.digests.of_chat(5)] == [4], "set after it was asked"
    await told("/daily off all", kept)
    assert await kept.digests.of_chat(5) == [], "the only one goes without a question"


async def test_now_offers_the_digest_at_once(kept: Services) -> None:
    await told("/daily ETH BTC-PERP 30d", kept)
    reply = await told("/daily now 1", kept)
    assert reply.buttons[0][0].question == "/digest ETH BTC-PERP 30d"


async def test_a_paused_digest_says_why_and_comes_again(kept: Services) -> None:
    assert kept.digests
    assert isinstance(kept.digests, SqlDigests)
    await told("/daily ETH BTC-PERP 30d", kept)
    await _pause(kept.digests.database, "The bot was removed.")
    reply = await told("/daily", kept)
    assert "Paused: The bot was removed." in reply.text[0]
    assert reply.buttons[0][0].question == "/daily on 1"
    await told("/daily on 1", kept)
    [digest] = await kept.digests.of_chat(5)
    assert (digest.paused_why, digest.due, digest.last) == (
        None,
        datetime(2026, 11, 5, 8, tzinfo=UTC),
        date(2026, 11, 4),
    )


async def _pause(database: Database, why: str) -> None:
    from bot.store.tables import digests

    async with database.writing() as connection:
        await connection.execute(digests.update().values(paused_why=why))


async def test_in_a_group_only_admins_change_digests(kept: Services) -> None:
    async def no() -> bool:
        return False

    member = replace(somebody(6, is_private=False), may_change=no)
    for question in (
        "/daily ETH BTC-PERP 30d",
        "/daily off all",
        "/daily at 1 09:00",
        "/daily on 1",
    ):
        refusal = await said(question, kept, asker=member)
        assert "Only admins" in refusal.reply.answer, question
    assert not (await said("/daily", kept, asker=member)).is_error
    assert kept.digests
    assert await kept.digests.of_chat(-100) == []


async def test_a_request_repeated_by_a_crash_makes_one_digest(kept: Services) -> None:
    first = await told("/daily ETH BTC-PERP 30d", kept)
    again = await told("/daily ETH BTC-PERP 30d", kept)
    assert words_of(first) == words_of(again)
    assert kept.digests
    assert len(await kept.digests.of_chat(5)) == 1


@pytest.mark.parametrize("words", ["30d", "at 8 uhr Berlin"])
async def test_in_a_terminal_nothing_is_sent_daily(words: str) -> None:
    refusal = await answers().answer(f"/daily ETH BTC-PERP {words}", asker=None)
    assert "daily digests live in the bot" in refusal.reply.answer
    assert NOW.tzinfo is UTC


async def test_a_market_that_no_venue_lists_is_not_taken_into_a_digest(kept: Services) -> None:
    refused = await said("/daily BTC ETH at noonish", kept)
    assert refused.is_error
    assert [b.question for row in refused.reply.buttons for b in row] == ["/daily BTC ETH"]
    assert (await told("/daily", kept)).numbers["digests"] == []


async def test_a_time_alone_moves_the_only_digest_and_asks_which_of_several(kept: Services) -> None:
    assert "A digest of what?" in (await said("/daily at 9:30", kept)).reply.answer
    await told("/daily ETH BTC-PERP 30d at=08:00 tz=UTC", kept)
    assert "09:30" in words_of(await told("/daily 9:30", kept))
    await told("/daily ETH SOL 30d at=08:00 tz=UTC", kept, occasion="update:2")
    which = await said("/daily 10:00", kept)
    assert [b.question for row in which.reply.buttons for b in row] == [
        "/daily at 1 at=10:00",
        "/daily at 2 at=10:00",
    ]


async def test_words_that_are_no_markets_are_left_out_but_not_the_time(kept: Services) -> None:
    refused = await said("/daily hey there BTC und ETH um 8 Uhr jaja", kept)
    assert [b.question for row in refused.reply.buttons for b in row] == ["/daily BTC ETH at=08:00"]


async def test_help_behind_a_command_is_help_about_it(kept: Services) -> None:
    assert (await told("/daily help", kept)).title == "/daily"


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (datetime(2026, 11, 5, 11, tzinfo=UTC), "2 alerts muted until 5 Nov 12:00."),
        (datetime(2026, 11, 8, 23, tzinfo=UTC), "2 alerts muted until 9 Nov 00:00."),
    ],
    ids=["today", "another day than in UTC"],
)
def test_a_mute_is_told_with_its_day_by_the_clock_of_the_digest(
    until: datetime, words: str
) -> None:
    said = remark(DailyTime(480, BERLIN), late=timedelta(), skipped=0, muted=Muted(2, until))
    assert said == words


async def test_a_digest_is_stopped_by_what_it_looks_at(kept: Services) -> None:
    await said("/daily BTC ETH", kept)
    await said("/daily SOL ETH at=09:00", kept, occasion="update:2")
    which = await said("/daily off btc", kept)
    assert [b.question for row in which.reply.buttons for b in row] == ["/daily off 1"]
    other = await said("/daily off xrp", kept)
    assert other.reply.answer == "No digest looks at XRP. Which one?"
    await said("/daily off 2", kept)
    assert not (await said("/daily off btc", kept)).is_error
    assert (await said("/daily", kept)).reply.title == "No daily digests."
