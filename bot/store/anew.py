"""Alerts that slept because their chat was closed, or because they were given up, and go on."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alert_rows import readable
from bot.store.tables import alerts
from handlers._watch.stepping import woken


async def begin_anew(connection: AsyncConnection, *which: ColumnElement[bool], now_ms: int) -> None:
    """Let alerts that have missed a look forget what was before it.

    Nobody saw whether it went on or ended: what is met now is told as news, and nothing is told to
    be over after weeks. Those that have missed nothing go on. Under another version: names of
    letters hold it, and episodes count anew.
    """
    missed = select(alerts).where(*which, alerts.c.check_ms <= now_ms)
    for alert in readable(await connection.execute(missed)):
        state = woken(alert.rule, alert.state).as_text()
        anew = update(alerts).where(alerts.c.id == alert.id)
        await connection.execute(anew.values(state=state, version=alert.version + 1))
