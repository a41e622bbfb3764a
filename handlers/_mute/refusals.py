"""What /mute says to what it cannot read, with what was probably meant."""

import re

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import UsageError
from handlers._grammar.durations import looks_like_duration
from handlers._grammar.sentences import named_in
from handlers._mute.days import EVENINGS, FOR_EVER, NIGHTS, TODAY, TOMORROW, UNTIL, WEEKEND

EXAMPLE = "/mute 22:00-07:00"
HOURS_A_DAY = 24
_NUMBER = re.compile(r"\d{1,3}")
_ALERT = re.compile(r"(?:alert|alarm|alerta)s? ?#?(\d{1,6}) ?(.*)|#(\d{1,6}) ?(.*)", re.IGNORECASE)


def unread(said: str) -> UsageError:
    """The refusal of words that say neither how long nor until when."""
    begins_now = tr("A mute begins now. Until when shall it last?")
    if EVENINGS.fullmatch(said) or TOMORROW.fullmatch(said.casefold()):
        return _instead(begins_now, "until tomorrow 08:00", "22:00-07:00")
    if TODAY.fullmatch(said):
        return _instead(begins_now, "until 00:00")
    if WEEKEND.fullmatch(said):
        day = "saturday" if UNTIL.match(said) else "monday"
        return _instead(begins_now, f"until {day}")
    if NIGHTS.fullmatch(said):
        return _instead(tr("Between which hours? For example `{hours}`", hours=EXAMPLE), EXAMPLE)
    if FOR_EVER.fullmatch(said):
        sentence = tr("A year at most. What you never want to hear, delete: `/alerts`")
        return _instead(sentence, "1y", "/alerts")
    if alert := _ALERT.fullmatch(said):
        return _one_alert(alert[1] or alert[3], alert[2] or alert[4] or "")
    if any(one.market for one in named_in(said)):
        lengths = [word for word in said.split() if looks_like_duration(word)]
        sentence = tr("`/mute` silences this whole chat. One alert alone: `/alerts snooze 7 8h`")
        return _instead(sentence, "/alerts", *lengths[:1])
    return _anything(said)


def _one_alert(number: str, rest: str) -> UsageError:
    lengths = [word for word in rest.split() if looks_like_duration(word)]
    length = lengths[0] if lengths else "8h"
    right = f"/alerts snooze {number} {length}"
    return _instead(
        tr("`/mute` silences this whole chat. One alert alone: `{right}`", right=right), right
    )


def _anything(said: str) -> UsageError:
    rights = ["8h", "22:00-07:00"]
    if _NUMBER.fullmatch(said) and int(said) > 0:
        rights[0] = f"{int(said)}h" if int(said) <= HOURS_A_DAY else f"{int(said)}min"
    return _instead(
        tr(
            "I can't read `{said}`. How long, or between which times? `/mute 8h` or `{hours}`",
            said=said[:40],
            hours=EXAMPLE,
        ),
        *rights,
    )


def _instead(sentence: str, *rights: str) -> UsageError:
    return UsageError(
        sentence,
        corrections=tuple(
            Correction(
                right.removeprefix("/mute "),
                right if right.startswith("/") else f"/mute {right}",
            )
            for right in rights
        ),
    )
