"""A command: a pure parse and an async answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from analytics.charts import Picture
from analytics.errors import RequestError
from analytics.market.histories import Histories
from handlers._asker import Asker
from handlers._book import Book, BookForm
from handlers._daily.digest import Digests
from handlers._health import Health
from handlers._mail import Mail
from handlers._memory import Memory
from handlers._reply import Reply
from handlers._room import Preferences, Rooms, Theme
from handlers._watch.alert import Alerts

Result = TypeVar("Result")


async def _silence(_sentence: str) -> None:
    """Show no progress."""


def _nothing(_query: object) -> bool:
    """Say that a query changes nothing."""
    return False


def _one(_query: object) -> int:
    """Cost as much as a question about one pair."""
    return 1


MARKETS_A_UNIT = 6
DEAREST = 8


def price_of(markets: int) -> int:
    """What a question costs that needs the past of so many markets."""
    return min(DEAREST, max(1, markets // MARKETS_A_UNIT))


class Workshop(Protocol):
    """Does work that would hold up the event loop."""

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a pure function elsewhere."""

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture; the result is a PNG."""

    def in_theme(self, theme: Theme) -> "Workshop":
        """The same workshop with other paper and ink."""


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """What an answer may use.

    ``now`` gives aware UTC. ``progress`` shows a sentence while a long answer is in the making.
    ``book`` and ``rooms`` are None where nothing can be kept. ``asker`` is known only to personal commands: the
    answers of all others are shared by everybody who asks the same.
    """

    histories: Histories
    workshop: Workshop
    now: Callable[[], datetime]
    progress: Callable[[str], Awaitable[None]] = _silence
    book: Book | None = None
    asker: Asker | None = None
    rooms: Rooms | None = None
    alerts: Alerts | None = None
    digests: Digests | None = None
    health: Health | None = None
    mail: Mail | None = None
    memory: Memory | None = None

    def preferred(self, wanted: Preferences) -> "Services":
        """The same services as a chat wants them: its venue and quote first, in its theme."""
        if wanted.venue is None and wanted.quote is None and wanted.theme is None:
            return self
        return replace(
            self,
            histories=self.histories.preferring(venue=wanted.venue, quote=wanted.quote),
            workshop=self.workshop.in_theme(wanted.theme) if wanted.theme else self.workshop,
        )


@dataclass(frozen=True, slots=True)
class Command:
    """Everything about a command; menus, help, routes and tests derive from it.

    ``parse`` turns the text behind the name into a hashable query, or raises ``RequestError``.
    ``answer`` gives the reply to a query; equal queries have equal answers within a bar.
    ``usage`` is the line that shows what may stand behind the name; ``examples`` all work.
    ``is_personal`` where the answer depends on who asks. ``changes`` says of a query whether it
    changes what belongs to the chat: in a group that is for its admins. ``book_form`` says what the name of a
    saved position stands for in its questions; None where names mean nothing.
    ``cost`` is what a query takes of the quota of who asks it.
    ``is_for_operators`` where only those who run the bot may ask; no menu shows it to others.
    ``is_of_listed`` where a market that no venue lists is the asker's mistake, though the answer could go
    on without it. ``menu_place`` orders the menu, small first. ``placeholder`` is shown in the input field when the bare command asks back.
    """

    name: str
    summary: str
    usage: str
    examples: tuple[str, ...]
    parse: Callable[[str], Any]
    answer: Callable[[Any, Services], Awaitable[Reply]]
    aliases: tuple[str, ...] = ()
    menu_place: int = 50
    placeholder: str | None = None
    is_personal: bool = False
    changes: Callable[[Any], bool] = _nothing
    book_form: BookForm | None = None
    is_for_operators: bool = False
    is_of_listed: bool = False
    cost: Callable[[Any], int] = _one

    def reads(self, words: str) -> bool:
        """Whether these words behind its name are a question."""
        try:
            self.parse(words)
        except RequestError:
            return False
        return True
