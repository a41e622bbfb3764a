"""/book: positions to be named in questions; kept only when asked for, shown to nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.errors import Correction, RequestError
from analytics.language import later, tr
from handlers._asker import Asker
from handlers._book import NAME, POSITION, Book, SavedPosition, position_of
from handlers._command import Command, Services
from handlers._errors import NotAllowedError, UsageError
from handlers._grammar import SWITCHES, tidied
from handlers._grammar.symbols import WELL_KNOWN
from handlers._reply import Button, Fact, Reply

MOST_POSITIONS = 20
VERBS = {"add": "add", "save": "add", "delete": "delete", "del": "delete", "remove": "delete"}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Show all positions."""


@dataclass(frozen=True, slots=True)
class AddQuery:
    """Keep a position."""

    position: SavedPosition


@dataclass(frozen=True, slots=True)
class DeleteQuery:
    """Forget a position."""

    name: str


BookQuery = ListQuery | AddQuery | DeleteQuery


def parse(text: str) -> BookQuery:
    """Read what to do with which position."""
    words = tidied(text).split()
    if not words:
        return ListQuery()
    verb = VERBS.get(words[0].casefold())
    if verb is None or len(words) < 2:  # noqa: PLR2004 - a verb and a name
        raise UsageError(
            tr(
                "`/book` lists, adds and deletes: `{example}`, `/book delete main`",
                example=POSITION.example,
            ),
            corrections=(Correction("/book", "/book"),),
        )
    name = _name(words[1])
    if verb == "delete":
        return DeleteQuery(name)
    return AddQuery(SavedPosition(name, position_of(" ".join(words[2:]))))


async def answer(query: BookQuery, services: Services) -> Reply:
    """Do it, and show the result."""
    book, asker = _opened(services)
    match query:
        case ListQuery():
            return _listed(await book.positions(asker.id))
        case AddQuery(position):
            known = await book.positions(asker.id)
            if position.name not in known and len(known) >= MOST_POSITIONS:
                raise UsageError(
                    tr(
                        "{most_positions} positions is the limit. Delete one: /book",
                        most_positions=MOST_POSITIONS,
                    )
                )
            await book.save(asker.id, position)
            return _kept(position)
        case DeleteQuery(name):
            return await _deleted(book, asker, name)


def _opened(services: Services) -> tuple[Book, Asker]:
    if services.book is None or services.asker is None:
        raise RequestError(tr("Nothing is kept here: saved positions live in the bot's database."))
    if not services.asker.is_private:
        said = tr("Positions are private. Send me /book in a private chat.")
        raise NotAllowedError(said, in_private="/book")
    return services.book, services.asker


def _name(typed: str) -> str:
    name = typed.casefold()
    if not NAME.fullmatch(name):
        raise UsageError(
            tr("{typed} cannot be a name: a letter, then letters, digits and _.", typed=typed)
        )
    if name in SWITCHES or name.upper() in WELL_KNOWN:
        raise UsageError(
            tr("{typed} means something else in questions. Choose another name.", typed=typed)
        )
    return name


def _kept(position: SavedPosition) -> Reply:
    return Reply(
        title=tr("Kept {name}:", name=position.name),
        answer=str(position),
        text=(tr("Only you can see it. Use the name in /drift, /hedge and /stress."),),
        buttons=(
            (
                Button(tr("Drift"), f"/drift {position.name}"),
                Button(tr("Hedge"), f"/hedge {position.name}"),
                Button(tr("Stress"), f"/stress {position.name}"),
            ),
            (Button(tr("My positions"), "/book"),),
        ),
        numbers={"command": "book", "name": position.name, "position": str(position)},
    )


def _listed(positions: Mapping[str, SavedPosition]) -> Reply:
    if not positions:
        return Reply(
            title=tr("No saved positions."),
            answer=tr("I keep none until you ask me to."),
            text=(tr("For example `{example}`", example=POSITION.example),),
            numbers={"command": "book", "positions": {}},
        )
    return Reply(
        title=tr("Your positions"),
        answer=f"({len(positions)})",
        facts=tuple((Fact(name, str(position)),) for name, position in positions.items()),
        buttons=tuple(
            (Button(tr("Drift {name}", name=name), f"/drift {name}"),) for name in positions
        ),
        numbers={
            "command": "book",
            "positions": {name: str(position) for name, position in positions.items()},
        },
    )


async def _deleted(book: Book, asker: Asker, name: str) -> Reply:
    if not await book.delete(asker.id, name):
        known = await book.positions(asker.id)
        raise UsageError(
            tr("There is no {name}.", name=name),
            corrections=tuple(
                Correction(tr("delete {other}", other=other), f"/book delete {other}")
                for other in known
            ),
        )
    return Reply(
        title=tr("Forgot {name}.", name=name),
        answer="",
        numbers={"command": "book", "deleted": name},
    )


COMMAND = Command(
    name="book",
    summary=later("your saved positions, by name"),
    usage="/book · /book add main 40 ETH -2.48 BTC-PERP · /book delete main",
    examples=("/book", "/book add main 40 ETH -2.48 BTC-PERP"),
    parse=parse,
    answer=answer,
    menu_place=70,
    is_personal=True,
)
