"""/start: the first meeting."""

from dataclasses import dataclass

from analytics.language import later, tr
from handlers._command import Command, Services
from handlers._reply import Button, Reply


@dataclass(frozen=True, slots=True)
class StartQuery:
    """Nothing to ask yet."""


def parse(_text: str) -> StartQuery:
    """Read nothing: whatever follows the name, the greeting is the same."""
    return StartQuery()


async def answer(_query: StartQuery, _services: Services) -> Reply:
    """Say what this is, and offer the first two questions."""
    return Reply(
        title="Hedgebot",
        answer=tr(
            "tells how closely two markets move, and how much of which contract neutralises your "
            "position."
        ),
        text=(
            (
                tr(
                    "Every number comes with its interval and its source. Public prices only: no keys, "
                    "no orders, no advice."
                )
            ),
            tr("Try one:"),
        ),
        buttons=(
            (Button("BTC × ETH-PERP", "/corr BTC ETH-PERP 30d"),),
            (Button(tr("Hedge 2.5 BTC"), "/hedge 2.5 BTC BTC-INV"),),
            (Button(tr("What else?"), "/help"),),
        ),
    )


COMMAND = Command(
    name="start",
    summary=later("what this bot does"),
    usage="/start",
    examples=("/start",),
    parse=parse,
    answer=answer,
    menu_place=95,
)
