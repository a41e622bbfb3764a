"""A command: a pure parse and an async answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from analytics.charts import Picture
from analytics.market.histories import Histories
from handlers._book import Book, BookForm
from handlers._reply import Reply

Result = TypeVar("Result")


async def _silence(_sentence: str) -> None:
    """Show no progress."""


class Workshop(Protocol):
    """Does work that would hold up the event loop."""

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a pure function elsewhere."""

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture; the result is a PNG."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks; ``is_private`` where nobody else reads the answer."""

    id: int
    is_private: bool


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """What an answer may use.

    ``now`` gives aware UTC. ``progress`` shows a sentence while a long answer is in the making.
    ``book`` is None where nothing can be kept. ``asker`` is known only to personal commands: the
    answers of all others are shared by everybody who asks the same.
    """

    histories: Histories
    workshop: Workshop
    now: Callable[[], datetime]
    progress: Callable[[str], Awaitable[None]] = _silence
    book: Book | None = None
    asker: Asker | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Everything about a command; menus, help, routes and tests derive from it.

    ``parse`` turns the text behind the name into a hashable query, or raises ``RequestError``.
    ``answer`` gives the reply to a query; equal queries have equal answers within a bar.
    ``usage`` is the line that shows what may stand behind the name; ``examples`` all work.
    ``is_personal`` where the answer depends on who asks. ``book_form`` says what the name of a
    saved position stands for in its questions; None where names mean nothing.
    ``menu_place`` orders the menu, small first. ``placeholder`` is shown in the input field when the bare command asks back.
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
    book_form: BookForm | None = None
