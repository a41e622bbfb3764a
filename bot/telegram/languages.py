"""Which language a chat is spoken to in."""

from dataclasses import replace

from analytics.language import ENGLISH, languages
from handlers import Preferences, Rooms


async def preferences_in(rooms: Rooms | None, chat_id: int, app: str | None) -> Preferences:
    """What a chat has agreed on.

    A person who has set no language is spoken to as their ``app`` is, and so are they in whatever
    is sent to them unasked; a group stays with English until its admins set another.
    """
    if rooms is None:
        return Preferences()
    agreed = await rooms.preferences(chat_id)
    language = (app or "").partition("-")[0].casefold()
    is_open = agreed.language is None and chat_id > 0
    if is_open and language != ENGLISH and language in languages():
        agreed = replace(agreed, language=language)
        await rooms.set_preferences(chat_id, agreed)
    return agreed
