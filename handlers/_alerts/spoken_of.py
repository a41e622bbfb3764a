"""Which alert a message of ours is about, so that an answer to it needs no number."""

import re
from functools import cache

from analytics.errors import RequestError
from analytics.language import languages, speaking, tr
from handlers._alerts.kinds import ListQuery, OffAllQuery, ShowQuery, WhichQuery
from handlers._alerts.query import query_of
from handlers._alerts.verbs import VERBS

_STAND_IN = "0000"
_LISTED = re.compile(r"^\W{0,3}\d{1,6} · .+ · .+", re.MULTILINE)
"""A line of the list of alerts."""


def about_alert(words: str, message: str) -> str | None:
    """What somebody asks of the alert of a message: ``stop it``, ``2 hours``; None if nothing.

    The list of alerts is about all of them. Another message of several alerts says not which is meant.
    """
    if len(_LISTED.findall(message)) > 0:
        return _about_list(words)
    numbers = {found[found.lastindex or 0] for found in _named().finditer(message)}
    if len(numbers) != 1:
        return None
    question = f"{numbers.pop()} {words}"
    verbs = {VERBS[word] for word in re.findall(r"\w+", words.casefold()) if word in VERBS}
    try:
        asked = query_of(question)
    except RequestError:
        # ``mute`` is asked back for how long; what else cannot be read is perhaps for others.
        return f"/alerts {question}" if verbs & {"snooze", "edit"} else None
    is_chatter = isinstance(asked, ShowQuery) and not asked.is_test and not verbs
    is_of_one = not isinstance(asked, ListQuery | OffAllQuery | WhichQuery)
    return f"/alerts {question}" if is_of_one and not is_chatter else None


def _about_list(words: str) -> str | None:
    """What shall become of the alerts of a list: ``delete everything``, ``2 off``."""
    question = f"/alerts {words}"
    try:
        asked = query_of(words)
    except RequestError:
        # What to say instead is known where a verb is.
        verbs = VERBS.keys() & {word.strip(".,;!?") for word in words.casefold().split()}
        return question if verbs else None
    is_idle = asked == ListQuery() or (isinstance(asked, WhichQuery) and asked.verb == "show")
    return None if is_idle else question


@cache
def _named() -> re.Pattern[str]:
    """How an alert is called with its number in any language, since a chat may have changed its own."""
    called = set()
    for language in languages():
        with speaking(language):
            called.add(re.escape(tr("Alert {number}", number=_STAND_IN)))
    return re.compile("|".join(called).replace(_STAND_IN, r"(\d{1,6})\b"), re.IGNORECASE)
