"""What a chat is told of a venue that fell silent under its alerts, and of its return."""

from datetime import datetime, timedelta

from analytics.language import tr
from handlers import _format as text
from handlers._reply import Button, Reply
from handlers._watch.names import lasting

OUTAGE = "outage:"
"""How the names of such messages begin."""


def venue_silent(venue: str, sentence: str, *, since: datetime, now: datetime) -> Reply:
    """One message for all alerts of a chat."""
    return Reply(
        title=tr("No prices from {venue}.", venue=venue),
        answer=tr("Alerts on it wait."),
        text=(
            sentence,
            tr(
                "Nothing since {time}. Nothing is concluded from old prices; I tell you when they "
                "are back.",
                time=text.as_of(since, now),
            ),
        ),
        buttons=((Button(tr("Alerts"), "/alerts"),),),
        numbers={"outage": venue, "since": since.isoformat(), "sentence": sentence},
    )


def venue_back(venue: str, lasted: timedelta) -> Reply:
    """The end of the outage, told once too."""
    return Reply(
        title=tr("Prices from {venue} are back.", venue=venue),
        answer=tr("Alerts on it see again after {length}.", length=lasting(lasted)),
        buttons=((Button(tr("Alerts"), "/alerts"),),),
        numbers={"outage_over": venue, "lasted_s": lasted.total_seconds()},
    )
