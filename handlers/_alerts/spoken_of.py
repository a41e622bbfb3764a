"""Which alert a message of ours is about, so that an answer to it needs no number."""

import re
from functools import cache

from analytics.errors import RequestError
from analytics.language import languages, speaking, tr
from handlers._alerts.query import ListQuery, OffAllQuery, WhichQuery, query_of

_STAND_IN = "0000"


def about_alert(words: str, message: str) -> str | None:
    """What somebody asks of the alert of a message: ``stop it``, ``2 hours``; None if nothing.

    A message of several alerts says not which one is meant.
    """
    numbers = {found[found.lastindex or 0] for found in _named().finditer(message)}
    if len(numbers) != 1:
        return None
    question = f"{numbers.pop()} {words}"
    try:
        asked = query_of(question)
    except RequestError:
        return None
    is_of_one = not isinstance(asked, ListQuery | OffAllQuery | WhichQuery)
    return f"/alerts {question}" if is_of_one else None


@cache
def _named() -> re.Pattern[str]:
    """How an alert is called with its number in any language, since a chat may have changed its own."""
    called = set()
    for language in languages():
        with speaking(language):
            called.add(re.escape(tr("Alert {number}", number=_STAND_IN)))
    return re.compile("|".join(called).replace(_STAND_IN, r"(\d{1,6})\b"), re.IGNORECASE)
