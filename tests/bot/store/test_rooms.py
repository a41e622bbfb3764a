"""What a chat has agreed on, kept content, and letters, each on both databases."""

from datetime import UTC, datetime, time

from sqlalchemy import select

from bot.store.contents import keep_content, kept_reply
from bot.store.database import Database, open_database
from bot.store.letters import Kind, Letter, post
from bot.store.replies import reply_as_text, reply_of
from bot.store.rooms import SqlRooms
from bot.store.tables import contents, outbox
from handlers import Button, Fact, File, Preferences, Quiet, Reply, Room

FULL = Reply(
    title="ETH × BTC",
    answer="0.84",
    facts=((Fact("ρ", "0.84", ("below",)), Fact("n", "720")), ()),
    text=("words <b>",),
    notes=("a note",),
    provenance=("Binance",),
    chart=b"\x89PNG",
    buttons=((Button("30d", "/corr A B 30d", current=True),),),
    numbers={"rho": 0.84, "none": None, "deep": {"list": [1, "two"]}},
    files=(File("a.csv", b"\x00\xff"),),
)


def letter(key: str, content_id: str) -> Letter:
    return Letter(key, Room(-5, 7), 3, content_id, Kind.ALERT, due_ms=1, subscription="alert:7")


async def test_what_a_chat_agreed_on_survives_a_restart(database_url: str) -> None:
    first = await open_database(database_url)
    rooms = SqlRooms(first)
    assert await rooms.preferences(-5) == Preferences()
    assert await rooms.quiet(-5) == Quiet()
    wanted = Preferences(zone="Europe/Berlin", venue="bybit", theme="dark", is_brief=True)
    silence = Quiet(datetime(2026, 11, 4, 12, tzinfo=UTC), (time(22, 30), time(7)))
    await rooms.set_preferences(-5, wanted)
    await rooms.set_quiet(-5, silence)
    await first.close()
    second = await open_database(database_url)
    assert await SqlRooms(second).preferences(-5) == wanted
    assert await SqlRooms(second).quiet(-5) == silence
    assert await SqlRooms(second).quiet(-6) == Quiet(), "nobody else's"
    await SqlRooms(second).set_quiet(-5, Quiet())
    assert await SqlRooms(second).quiet(-5) == Quiet()
    await second.close()


def test_a_reply_comes_back_from_text_as_it_was() -> None:
    back = reply_of(reply_as_text(FULL), FULL.chart)
    assert {name: getattr(back, name) for name in Reply.__slots__} == {
        name: getattr(FULL, name) for name in Reply.__slots__
    }


async def test_equal_replies_are_kept_once(database: Database) -> None:
    async with database.writing() as connection:
        names = {await keep_content(database, connection, FULL) for _ in range(3)}
        other = await keep_content(database, connection, Reply("ETH × BTC", "0.83"))
        assert len((await connection.execute(select(contents.c.id))).all()) == 2
    assert len(names | {other}) == 2
    kept = await kept_reply(database, names.pop())
    assert kept is not None
    assert kept.chart == FULL.chart
    assert kept.buttons == FULL.buttons
    assert await kept_reply(database, "unknown") is None


async def test_a_letter_of_a_known_key_changes_nothing(database: Database) -> None:
    for content in ("first", "second"):
        async with database.writing() as connection:
            await post(database, connection, [letter("a", content), letter("b", content)])
            await post(database, connection, [])
    async with database.reading() as connection:
        rows = (await connection.execute(select(outbox.c.key, outbox.c.content_id))).all()
    assert sorted(map(tuple, rows)) == [("a", "first"), ("b", "first")]
