"""/settings: what a chat wants where a question does not say: clock, venue, looks, language."""

from dataclasses import replace
from typing import Any

from analytics.errors import RequestError
from analytics.language import ENGLISH, later, speaking, tr
from handlers._asker import Asker
from handlers._command import Command, Services
from handlers._reply import Reply
from handlers._room import Preferences, Rooms
from handlers._settings.query import SettingsQuery, settings_query
from handlers._settings.words import settings_reply


async def answer(query: SettingsQuery, services: Services) -> Reply:
    """Agree on it where something was set, and show what holds."""
    rooms, asker = _opened(services)
    agreed = await rooms.preferences(asker.room.chat_id)
    if query.is_change and query.key is not None:
        agreed = replace(agreed, **_changed(query))
        await rooms.set_preferences(asker.room.chat_id, agreed)
    elif query.resets:
        agreed = Preferences()
        await rooms.set_preferences(asker.room.chat_id, agreed)
    # The very reply that changes the language is in the new one.
    with speaking(agreed.language or ENGLISH):
        venues = services.histories.source.venues
        return settings_reply(agreed, query, venues=venues, now=services.now())


def _opened(services: Services) -> tuple[Rooms, Asker]:
    if services.rooms is None or services.asker is None:
        raise RequestError(tr("Nothing is kept here: settings live in the bot's database."))
    return services.rooms, services.asker


def _changed(query: SettingsQuery) -> dict[str, Any]:
    if query.resets:
        return {str(query.key): getattr(Preferences(), str(query.key))}
    return {str(query.key): query.value}


def _is_change(query: SettingsQuery) -> bool:
    return query.is_change


COMMAND = Command(
    name="settings",
    summary=later("clock, venue, window, looks and language of this chat"),
    usage="/settings · /settings tz Berlin · /settings venue bybit · /settings dark · /settings reset",
    examples=("/settings", "/settings window 90d"),
    parse=settings_query,
    answer=answer,
    menu_place=75,
    is_personal=True,
    changes=_is_change,
)
