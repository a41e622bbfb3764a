"""Letters are known by their names: one that is given twice is lost, one too short takes others along."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from analytics.market.windows import DAY, HOUR
from bot.standing.telling import Telling
from bot.store.alerts import SqlAlerts
from bot.store.chats import close_chat, open_chat
from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.letters import Kind, Letter, post
from bot.store.summaries import SUMMARY, Summaries
from bot.store.tables import alerts, outbox
from bot.store.waiting import withdraw
from handlers import Reply, Room
from handlers._watch.states import Phase, State, StillFiring
from handlers._watch.summary import summary_of_many
from tests.bot.store.test_alerts import NOON, new
from tests.bot.store.test_waiting import waiting, written
from tests.handlers.asking import services
from tests.handlers.watch.telling import alert
from tests.handlers.watch.test_stepping import reading

FIRED = State(Phase.FIRING, episode=1, since=NOON, told_at=NOON, is_told=True, as_of=NOON)


async def kept_alert(database: Database, *, check: datetime = NOON) -> SqlAlerts:
    """An alert, number 1, that has fired and told so."""
    kept = SqlAlerts(database)
    alert = await kept.add(new(check=check))
    async with database.writing() as connection:
        this = update(alerts).where(alerts.c.id == alert.id)
        await connection.execute(this.values(state=FIRED.as_text()))
    return kept


async def test_an_alert_that_ended_and_is_kept_speaks_under_names_of_its_own(
    database: Database,
) -> None:
    kept = await kept_alert(database)
    [before] = await kept.of_chat(-100)
    async with database.writing() as connection:
        await connection.execute(update(alerts).values(paused_why="It has ended."))
    woken = await kept.keep(before.id, NOON + 99 * DAY)
    assert woken is not None
    assert woken.state.episode == 0, "so its next episode is the first again"
    assert woken.version > before.version, "and would be taken for the one that was told"


async def test_an_alert_that_is_kept_in_time_goes_on_as_it_is(database: Database) -> None:
    kept = await kept_alert(database)
    [before] = await kept.of_chat(-100)
    same = await kept.keep(before.id, NOON + 99 * DAY)
    assert same is not None
    assert (same.state, same.version) == (before.state, before.version)


async def test_what_waits_of_alert_12_stays_when_alert_1_is_stopped(database: Database) -> None:
    names = [f"alert:{number}:1:1:fired" for number in (1, 11, 12)]
    for name in names:
        await written(database, name)
    async with database.writing() as connection:
        gone = await withdraw(connection, "alert", {1: -100})
    assert list(gone) == names[:1]
    assert await waiting(database) == names[1:]


async def test_a_message_of_several_does_not_speak_for_one_that_was_left_out(
    database: Database,
) -> None:
    replies = [
        Reply("Fired:", f"{n}", numbers={"alert": n, "event": "fired", "letter": f"alert:{n}:1:1"})
        for n in (1, 2, 3)
    ]
    async with database.writing() as connection:
        content = await keep_content(database, connection, summary_of_many(replies))
        several = "alert:1 alert:2 alert:3"
        letter = Letter(f"{SUMMARY}x", Room(-100), 5, content, Kind.ALERT, now_ms(), several)
        await post(database, connection, [letter])
    async with database.writing() as connection:
        assert await Summaries(database, connection).leave_out(-100, "alert:2")
    async with database.reading() as connection:
        assert (await connection.execute(select(outbox.c.subscription))).scalars().all() == [
            "alert:1 alert:3"
        ]


async def test_what_could_not_be_told_in_a_closed_chat_is_told_later_under_another_name(
    database: Database,
) -> None:
    # Open again before its next look: an alert that missed one begins anew.
    kept = await kept_alert(database, check=datetime.now(UTC) + HOUR)
    [before] = await kept.of_chat(-100)
    name = f"alert:{before.id}:{before.version}:1:fired"
    async with database.writing() as connection:
        content = await keep_content(database, connection, Reply("Fired", "0.5"))
        subscription = f"alert:{before.id}"
        letter = Letter(name, Room(-100), 5, content, Kind.ALERT, now_ms(), subscription)
        await post(database, connection, [letter])
        await close_chat(database, connection, -100, "blocked")
    assert await waiting(database) == []
    await open_chat(database, -100, now=NOON + timedelta(hours=1))
    [after] = await kept.of_chat(-100)
    assert after.paused_why is None
    assert not after.state.is_told
    assert after.state.told_at is None, "nobody heard it, so nothing has to cool down"
    assert after.version > before.version, "the old name is known as refused"
    assert after.state.phase is Phase.FIRING
    assert after.check <= datetime.now(UTC) + HOUR


async def test_each_repeat_of_an_alert_that_goes_on_has_a_name_of_its_own() -> None:
    said = reading(0.5, NOON)
    names = []
    for hours in (12, 24):
        state = replace(FIRED, told_at=NOON + timedelta(hours=hours))
        event = StillFiring(said, NOON)
        word = await Telling(services()).word(event, alert("ETH BTC-PERP corr<0.6 every"), state)
        names.append(word.key)
    assert len(set(names)) == 2, "else the second would be taken for the first, and not be sent"


async def test_an_alert_that_has_ended_does_not_wake_with_its_chat(database: Database) -> None:
    kept = SqlAlerts(database)
    ended, goes_on = await kept.add(new(1)), await kept.add(new(2))
    async with database.writing() as connection:
        this = update(alerts).where(alerts.c.id == ended.id)
        await connection.execute(this.values(paused_why="It has told you, once as you wanted."))
        await close_chat(database, connection, -100, "blocked")
    resumed = await open_chat(database, -100, now=NOON)
    assert resumed is not None
    assert resumed.alerts == 1
    awake = [one.id for one in await kept.of_chat(-100) if one.paused_why is None]
    assert awake == [goes_on.id]
