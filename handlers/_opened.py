"""What the commands need that look after the bot's own memory."""

from typing import TypeVar

from analytics.errors import Correction, RequestError
from analytics.language import tr
from handlers._asker import Asker
from handlers._command import Services
from handlers._errors import UsageError
from handlers._grammar import tidied

Service = TypeVar("Service")


def opened(service: Service | None, services: Services) -> tuple[Service, Asker]:
    """A service that there may not be, and who asks.

    Raises
    ------
    RequestError
        Nothing is kept here, as in a terminal.

    """
    if service is None or services.asker is None:
        raise RequestError(tr("Nothing is kept here: that is for the bot in Telegram."))
    return service, services.asker


def refuse_words(text: str, command: str) -> None:
    """Raise where something stands behind a command that takes nothing."""
    if tidied(text).strip():
        raise UsageError(
            tr("`{command}` takes nothing more.", command=f"/{command}"),
            corrections=(Correction(f"/{command}", f"/{command}"),),
        )
