"""Who asks for silence in a sentence, and for how long: ``be quiet until 9``, ``no alerts at night``."""

import re

from analytics.errors import RequestError
from handlers._mute.query import mute_query

USUAL = ("/mute 8h", "/alerts", "/daily")
_POLITE = r"\W*(?:please |bitte |por favor |just )?"
_ALL = (
    r"(?:(?:all|any|my|the|more|every|alle|meine|mehr|todas?|todos?|las|los|mis|más)\s+)*"
    r"(?:alerts?|alarms?|notifications?|messages?|everything|all|alarme|alarmen|benachrichtigungen|"
    r"nachrichten|alles|alertas?|notificaciones|avisos|mensajes|todo)"
)
_QUIET = re.compile(
    rf"{_POLITE}(?:be (?:quiet|silent)|shut up|quiet|silence|hush|(?:do not|don't) disturb|"
    r"leave me alone|no notifications|(?:sei |seid )?(?:ruhig|still|leise)|ruhe|halt(?:e)? die klappe|"
    r"klappe|nicht stören|lass mich in ruhe|c[aá]llate|silencio|no molestar|no me molestes|"
    r"d[eé]jame en paz|(?:sei )?stumm(?:schalten)?|silencia(?:r)?)(?!\w)"
)
_NONE = re.compile(
    rf"{_POLITE}(?:no|keine|sin|ninguna|(?:stop|pause|snooze|mute|silence|turn off|disable|hold|stoppe?|"
    rf"pausiere?|para|pausa) ?)\s*{_ALL}(?!\w)"
)
_STOP = re.compile(rf"{_POLITE}(?:stop|stoppe?|para)(?!\w)")
"""What may be meant for good."""
_NIGHT = re.compile(r"(?:at night|overnight|nachts|in der nacht|(?:por|de) la noche)(?!\w)")


def silence_in(words: str, said: str, *, is_sure: bool = False) -> tuple[str, ...]:
    """What to offer to somebody who wants to hear nothing; none where they want something else.

    ``said`` is ``words`` in small letters. ``is_sure`` leaves out who may want alerts to end for good:
    ``stop alerts`` without a length.
    """
    quiet, none = _QUIET.match(said), _NONE.match(said)
    found = quiet or none
    if found is None:
        return ()
    rest = " ".join(words.split())[found.end() :].strip(" .,;!?")
    if rest and _is_mute(rest):
        return (f"/mute {rest}", *USUAL[1:])
    if _NIGHT.match(rest.casefold()):
        return ("/mute 22:00-07:00", *USUAL)
    is_open = is_sure or rest or _STOP.match(said)
    return () if quiet is None and is_open else USUAL


def _is_mute(rest: str) -> bool:
    try:
        return mute_query(rest).is_change
    except RequestError:
        return False
