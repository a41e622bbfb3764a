"""What an edit makes of an alert that has ended, and what it cannot change."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from bot.store.alerts import SqlAlerts
from bot.store.database import Database
from bot.store.tables import alerts
from tests.handlers.asking import NOW, answers, services, somebody
from tests.handlers.test_alerts import CORR, ask, offers, router


async def test_an_alert_that_has_ended_lives_again_when_it_is_changed(database: Database) -> None:
    at, me, kept = router(database), somebody(5), SqlAlerts(database)
    await ask(at, CORR, me)
    async with database.writing() as connection:
        await connection.execute(update(alerts).values(paused_why="It has ended."))
    later = NOW + timedelta(days=100)
    afterwards = answers(replace(services(now=later), alerts=kept))
    await ask(afterwards, "/alerts edit 1 corr<0.5", me)
    (alert,) = await kept.of_chat(5)
    assert alert.paused_why is None
    assert alert.expires == later + timedelta(days=90)


async def test_an_end_in_the_past_changes_nothing(database: Database) -> None:
    at, me = router(database), somebody(5)
    await ask(at, CORR, me)
    before = await SqlAlerts(database).of_chat(5)
    refused = await ask(at, "/alerts edit 1 until=2020-01-01", me)
    assert refused.is_error
    assert await SqlAlerts(database).of_chat(5) == before
    right = refused.reply.buttons[0][0].question
    assert not (await ask(at, right, me)).is_error


async def test_an_alert_of_a_group_does_not_become_a_private_one_that_speaks_there(
    database: Database,
) -> None:
    at, me = router(database), somebody(5)
    await ask(at, CORR, me)
    refused = await ask(at, "/alerts edit 1 dm", me)
    assert refused.is_error
    (alert,) = await SqlAlerts(database).of_chat(5)
    assert not alert.rule.to_private


async def test_other_markets_keep_what_the_alert_waits_for(database: Database) -> None:
    at, me = router(database), somebody(5)
    await ask(at, "/watch ETH BTC-PERP corr<0.6 30d once", me)
    await ask(at, "/alerts edit 1 btc sol", me)
    (alert,) = await SqlAlerts(database).of_chat(5)
    assert str(alert.rule).startswith("BTC SOL corr<0.6 30d")
    assert "once" in str(alert.rule)


async def test_an_alert_is_called_by_what_it_looks_at(database: Database) -> None:
    at, me = router(database), somebody(5)
    await ask(at, CORR, me)
    await ask(at, "/watch BTC-INV funding<-5%", me)
    assert offers(await ask(at, "/alerts snooze funding 8h", me)) == ["/alerts snooze 2 8h"]
    assert offers(await ask(at, "/alerts off btc", me)) == ["/alerts off 1", "/alerts off 2"]
    other = await ask(at, "/alerts off drift", me)
    assert other.reply.answer == "No alert looks at drift. Which one?"
