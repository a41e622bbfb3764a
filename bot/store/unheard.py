"""Alerts whose news was thrown away before anybody could read it."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alert_rows import readable
from bot.store.tables import alerts
from handlers._watch.rule import Repeat
from handlers._watch.states import Phase

LOUD = (Phase.FIRING, Phase.RECOVERING)


async def untell(
    connection: AsyncConnection, subscriptions: Iterable[str | None], *, asleep: str | None
) -> None:
    """Let alerts that fire be told anew, should they still do when they are looked at again.

    Under another version: what Telegram has refused is known by its name and not tried again. One
    that speaks once has not, and sleeps as the others do: ``asleep`` says why, None where they
    are awake.
    """
    ids = [number for one in subscriptions for number in _alerts_of(one or "")]
    if not ids:
        return
    rows = await connection.execute(select(alerts).where(alerts.c.id.in_(ids)))
    for alert in readable(rows):
        if alert.state.phase in LOUD and alert.state.is_told:
            state = replace(alert.state, is_told=False, told_at=None)
            values = {"state": state.as_text(), "version": alert.version + 1}
            if alert.rule.repeat is Repeat.ONCE:
                values["paused_why"] = asleep
            await connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**values))


def _alerts_of(subscription: str) -> Iterable[int]:
    for word in subscription.split():
        kind, _, number = word.partition(":")
        if kind == "alert":
            yield int(number)
