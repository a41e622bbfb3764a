"""A row of ``alerts`` as an alert."""

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from analytics.errors import RequestError
from bot.store.clock import datetime_of
from handlers import Room
from handlers._watch.alert import Alert
from handlers._watch.grammar import rule_of
from handlers._watch.rule import Rule
from handlers._watch.states import state_of

log = logging.getLogger(__name__)

MOST_RULES = 4096
UNREADABLE = (RequestError, ValueError, TypeError, KeyError)
"""What comes of a rule or a state that a newer version has written."""


def alert_of(row: Row[Any]) -> Alert:
    """The alert of a row.

    Raises
    ------
    RequestError
        A newer grammar does not read what an older one wrote.

    """
    return Alert(
        id=row.id,
        number=row.number,
        owner_id=row.owner_id,
        room=Room(row.chat_id, row.thread_id),
        rule=_rule(row.rule),
        version=row.version,
        state=state_of(row.state),
        check=datetime_of(row.check_ms),
        expires=datetime_of(row.expires_ms),
        created=datetime_of(row.created_ms),
        snoozed_until=None if row.snoozed_until_ms is None else datetime_of(row.snoozed_until_ms),
        paused_why=row.paused_why,
        occasion=row.occasion,
    )


@lru_cache(maxsize=MOST_RULES)
def _rule(text: str) -> Rule:
    # Reading the words costs more than all else of a row, and many alerts have the same.
    return rule_of(text)


def readable(rows: Iterable[Row[Any]]) -> list[Alert]:
    """The alerts of the rows that can be read: a newer version may write what we do not know."""
    found = []
    for row in rows:
        try:
            found.append(alert_of(row))
        except UNREADABLE:
            log.exception("alert %d cannot be read any more", row.id)
    return found


def is_readable(row: Row[Any]) -> bool:
    """Whether the alert of a row can be read."""
    try:
        alert_of(row)
    except UNREADABLE:
        return False
    return True
