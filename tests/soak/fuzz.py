"""Types what nobody should into every command, and looks at what comes back.

    python -m tests.soak.fuzz --commands 100000 --strings 10000 --seed 1

Commands are half-right: real words, slips of the finger, markup, any signs of any script, from
somebody with a book and settings in a real database. Each must be answered or refused in a message
that Telegram takes, without a mistake of ours, without a connection to anywhere, and without asking
the price source for anything but markets that it has listed. Strings go through every field of a
reply into the one renderer that all replies, digests, alerts and refusals share.
"""

import asyncio
import contextlib
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analytics.errors import SourceError
from analytics.market.candles import Candles, FundingHistory
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.markets import Market
from analytics.market.simulated import SimulatedPrices
from bot.answering.answers import Answers
from bot.app import POISONED
from bot.store.alerts import SqlAlerts
from bot.store.book import SqlBook
from bot.store.database import Database, open_database
from bot.store.digests import SqlDigests
from bot.store.mail import SqlMail
from bot.store.memory import SqlMemory
from bot.store.rooms import SqlRooms
from bot.telegram.markup import CAPTION_LIMIT, POPUP_LIMIT, TEXT_LIMIT, pages, popup_text
from handlers import Reply, Services, load_commands
from handlers._grammar import split_command
from tests.command_line import THE_SEED, command_line
from tests.emulators.telegram.formatted import parse_html
from tests.handlers.asking import NOW, Desk, somebody
from tests.soak.hostile import hostile_reply, typed

OURS = {"bold", "italic", "pre", "code"}
ASKERS = 50


class Listed(SimulatedPrices):
    """A source that gives no prices and remembers whoever was asked for without being listed."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: NOW)
        self.strangers: list[Market] = []
        self.known: set[Market] = set()
        self.n_asked = 0

    async def markets(self, venue: str) -> Sequence[Market]:
        found = await super().markets(venue)
        self.known.update(found)
        return found

    async def candles(self, market: Market, **_when: object) -> Candles:
        self._look(market)
        raise SourceError("no prices here", venue=market.venue)

    async def funding(self, market: Market, **_when: object) -> FundingHistory:
        self._look(market)
        raise SourceError("no payments here", venue=market.venue)

    def _look(self, market: Market) -> None:
        self.n_asked += 1
        if market not in self.known:
            self.strangers.append(market)


@dataclass(eq=False)
class Outcome:
    """What came of it all."""

    commands: int = 0
    strings: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)
    strangers: int = 0
    asked_for: int = 0
    read_ms: list[float] = field(default_factory=list)
    routed_ms: list[float] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.broken or self.unfit or self.connections or self.strangers)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())
        return (
            f"{self.commands} commands ({kinds}): {len(self.broken)} unhandled exceptions, "
            f"{len(self.connections)} network calls, {self.asked_for} markets asked for, "
            f"{self.strangers} of them not listed; "
            f"reading one took {_percentiles(self.read_ms)}, "
            f"finding the command of words without one {_percentiles(self.routed_ms)}\n"
            f"{self.strings} hostile replies and all of those: {len(self.unfit)} not fit for Telegram"
        )


def _percentiles(times: list[float]) -> str:
    ordered = sorted(times) or [0.0]
    half, most = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
    return f"{half:.2f} ms (p99 {most:.2f} ms)"


async def fuzz(*, commands: int, strings: int, seed: int, folder: Path) -> Outcome:
    """Ask, and show, so many."""
    chance, outcome = random.Random(seed), Outcome()
    guard = _Guard(outcome)
    sys.addaudithook(guard.note)
    database = await open_database(f"sqlite:///{folder / 'fuzz.sqlite'}")
    try:
        guard.watches = True
        await _ask(_answers(database), commands, chance, outcome)
        for _ in range(strings):
            outcome.strings += 1
            _show(hostile_reply(chance), outcome)
    finally:
        guard.watches = False
        await database.close()
    return outcome


@dataclass(eq=False)
class _Guard:
    """Audit hooks cannot be taken away again, so this one can be told to look elsewhere."""

    outcome: Outcome
    watches: bool = False

    def note(self, event: str, values: tuple[object, ...]) -> None:
        if self.watches and event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
            self.outcome.connections.append(f"{event} {values[1:]}")


def _answers(database: Database) -> Answers:
    source = Listed()
    services = Services(
        histories=Histories(Catalog(source), source),
        workshop=Desk(),
        now=lambda: NOW,
        book=SqlBook(database),
        rooms=SqlRooms(database),
        digests=SqlDigests(database),
        alerts=SqlAlerts(database),
        mail=SqlMail(database, POISONED),
        memory=SqlMemory(database),
    )
    return Answers(load_commands(), services)


class _Noted(logging.Handler):
    """Notices what was caught so that the asker got an answer all the same."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._count = 0

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self._count += 1

    def taken(self) -> int:
        """How often since the last time."""
        count, self._count = self._count, 0
        return count


async def _ask(answers: Answers, n: int, chance: random.Random, outcome: Outcome) -> None:
    typing = typed(answers.commands, chance)
    source = answers.services.histories.source
    assert isinstance(source, Listed)
    noted = _Noted()
    logging.getLogger("bot.answering.answers").addHandler(noted)
    for number in range(n):
        text = next(typing)
        outcome.commands += 1
        (outcome.read_ms if text.startswith("/") else outcome.routed_ms).append(
            _reading_ms(answers, text)
        )
        asker = somebody(number % ASKERS, occasion=f"update:{number}")
        # What has no slash is routed, as in a private chat.
        question = text if text.startswith("/") else answers.routing.routed(text)
        answer = await answers.answer(question, asker=asker)
        kind = str(answer.reply.numbers.get("error", "answered")) if answer.is_error else "answered"
        outcome.kinds[kind] += 1
        if kind == "internal" or noted.taken():
            outcome.broken.append(text)
        _show(answer.reply, outcome)
    outcome.strangers, outcome.asked_for = len(source.strangers), source.n_asked


def _reading_ms(answers: Answers, text: str) -> float:
    """Processor time from a text to a question or to its refusal."""
    began = time.thread_time()
    split = split_command(text)
    command = answers.routing.command(split.name) if split else None
    if split is None or command is None:
        answers.routing.routed(text)
    else:
        # A mistake of ours is told when the same is asked.
        with contextlib.suppress(Exception):
            command.parse(split.rest)
    return 1000 * (time.thread_time() - began)


def _show(reply: Reply, outcome: Outcome) -> None:
    """What Telegram would say to it."""
    try:
        for number, page in enumerate(pages(reply)):
            shown = parse_html(page.html)
            limit = CAPTION_LIMIT if reply.chart and not number else TEXT_LIMIT
            assert len(shown.text) <= limit, "too long"
            assert {entity["type"] for entity in shown.entities} <= OURS
        assert len(popup_text(reply)) <= POPUP_LIMIT
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        outcome.unfit.append(f"{type(error).__name__} {error}: {reply!r:.300}")


def main() -> None:
    """Print what came of it; status 1 where anything did."""
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--commands", type=int, default=100_000, help="half-right ones")
    parser.add_argument("--strings", type=int, default=10_000, help="hostile ones")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(
            fuzz(
                commands=chosen.commands,
                strings=chosen.strings,
                seed=chosen.seed,
                folder=Path(folder),
            )
        )
    print(f"seed {chosen.seed}: {outcome}\n{time.monotonic() - began:.0f} s")
    for found in (outcome.broken, outcome.unfit, outcome.connections):
        print(*found[:5], sep="\n", end="\n" if found else "")
    sys.exit(not outcome.is_sound)


if __name__ == "__main__":
    main()
