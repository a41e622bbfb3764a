"""How a venue can fail, each in the sentence that a person reads.

SourceError
├── VenueDownError        no answer, a server error, or left alone after several of them
├── VenueBlockedError     it does not serve this place
├── VenueBusyError        it asks us to slow down
├── VenueMalformedError   it answered, but not with what was asked
└── VenueRefusedError     it understood the question and does not want it
RequestError
└── MarketGoneError       it no longer lists the market
"""

from collections.abc import Sequence
from datetime import timedelta

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.market.venues import venue_name

SECOND = timedelta(seconds=1)


class VenueDownError(SourceError):
    """It does not answer, or only with errors; ``retry_after`` while we leave it alone."""

    def __init__(
        self, venue: str, reason: str = "does not answer", *, retry_after: timedelta | None = None
    ) -> None:
        again = (
            tr(" I try it again in {waiting}.", waiting=waiting(retry_after)) if retry_after else ""
        )
        super().__init__(f"{venue_name(venue)} {reason}.{again}", venue=venue)
        self.reason = reason
        self.retry_after = retry_after


class VenueBlockedError(SourceError):
    """It does not serve the country or the address of this server."""

    def __init__(self, venue: str, status: int | None = None) -> None:
        code = f" ({status})" if status else ""
        super().__init__(
            tr("{venue} does not serve this server{code}.", venue=venue_name(venue), code=code),
            venue=venue,
        )
        self.status = status


class VenueBusyError(SourceError):
    """It asks us to leave it alone for ``retry_after``."""

    def __init__(self, venue: str, retry_after: timedelta) -> None:
        super().__init__(
            tr(
                "{venue} asks us to wait {waiting}.",
                venue=venue_name(venue),
                waiting=waiting(retry_after),
            ),
            venue=venue,
        )
        self.retry_after = retry_after


class VenueMalformedError(SourceError):
    """It answered with something that is not what was asked for."""

    def __init__(self, venue: str, expected: str | None = None) -> None:
        expected = expected or tr("an answer")
        super().__init__(
            tr(
                "{venue} sent something that is not {expected}.",
                venue=venue_name(venue),
                expected=expected,
            ),
            venue=venue,
        )
        self.expected = expected


class VenueRefusedError(SourceError):
    """It refused a question, which asking again would not change."""

    def __init__(self, venue: str, status: int | None = None) -> None:
        code = f" ({status})" if status else ""
        super().__init__(
            tr("{venue} refused the question{code}.", venue=venue_name(venue), code=code),
            venue=venue,
        )
        self.status = status


class NobodyAnswersError(SourceError):
    """Several venues were asked, and each failed in its own way."""

    def __init__(self, outages: Sequence[SourceError]) -> None:
        each = " ".join(dict.fromkeys(outage.sentence for outage in outages))
        super().__init__(tr("No venue answers. {each}", each=each), venue=outages[0].venue)
        self.outages = tuple(outages)


def outage_of(outages: Sequence[SourceError]) -> SourceError:
    """One failure for all of them: itself where it is the only one."""
    return outages[0] if len(outages) == 1 else NobodyAnswersError(outages)


class MarketGoneError(RequestError):
    """The venue no longer lists the market."""

    def __init__(self, venue: str, symbol: str | None = None) -> None:
        super().__init__(
            tr(
                "{venue} no longer lists {value}.",
                venue=venue_name(venue),
                value=symbol or tr("this market"),
            )
        )
        self.venue = venue
        self.symbol = symbol


def waiting(length: timedelta) -> str:
    """A wait in whole seconds, or in minutes from two of them on, rounded up."""
    seconds = -(-length // SECOND)
    return f"{seconds} s" if seconds < 120 else tr("{value} min", value=-(-seconds // 60))  # noqa: PLR2004 - two minutes
