"""From the text of a question to its reply, whatever happens on the way."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import current_language
from bot.store.computations import Computations, computation_key
from handlers import Asker, Button, Command, NotAllowedError, Reply, Services, expanded
from handlers._grammar import split_command
from handlers.help import unknown_command

log = logging.getLogger(__name__)

TRY_AGAIN = "Try again"
ADMINS_ONLY = (
    "Only admins of this group change what it is told. Write to me in private for your own."
)

Progress = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and whether it is one: ``is_error`` where it explains why there is none.

    ``asks_back`` is the input field's hint where the question was a bare command.
    """

    reply: Reply
    is_error: bool = False
    asks_back: str | None = None


class Tally(Protocol):
    """Counts what is asked; it learns the name of a known command and nothing that was written."""

    async def answered(self, command: str | None, answering: Awaitable[Answer], /) -> Answer:
        """Await the answer, and count it."""

    def shared(self) -> None:
        """Count a question that an equal one under way answers."""


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A computation under way, and who wants to know how far it has got."""

    task: asyncio.Task[Reply]
    listeners: list[Progress]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Routes questions to commands; equal questions under way share one computation.

    With ``computations`` those of other processes too, and what they found in the same minute.
    """

    commands: Sequence[Command]
    services: Services
    computations: Computations | None = None
    tally: Tally | None = None
    _under_way: dict[object, _Work] = field(default_factory=dict)

    def command(self, name: str) -> Command | None:
        """The command of that name or alias."""
        return next((c for c in self.commands if name in (c.name, *c.aliases)), None)

    def routed(self, words: str) -> str:
        """Words without a slash as a question: of the first command in the menu that reads them.

        Commands that answer without any word do not count: they would take ``30d`` for theirs.
        """
        first, _, rest = words.strip().partition(" ")
        if any(first.casefold() == command.name for command in self.commands):
            return f"/{first.casefold()} {rest}".strip()
        asking = [c for c in self.commands if c.placeholder and not _reads(c, "")]
        reading = [command for command in asking if _reads(command, words)]
        return f"/{(reading or asking)[0].name} {words.strip()}"

    async def answer(
        self, question: str, *, asker: Asker | None = None, progress: Progress | None = None
    ) -> Answer:
        """Reply to a question; the asker's mistake, a venue's failure and our bug are told apart.

        ``progress`` is told how far a long answer has got.
        """
        question = self._linked(question)
        answering = self._answered(question, asker, progress)
        if self.tally is None:
            return await answering
        split = split_command(question)
        command = self.command(split.name) if split else None
        return await self.tally.answered(command.name if command else None, answering)

    async def _answered(
        self, question: str, asker: Asker | None, progress: Progress | None
    ) -> Answer:
        try:
            return Answer(await self._reply(question, asker, progress))
        except RequestError as error:
            hint = self._hint(question)
            reply = _mistake(error, question, asks_back=hint is not None)
            return Answer(reply, is_error=True, asks_back=hint)
        except SourceError as error:
            return Answer(_outage(error, question), is_error=True)
        except Exception as error:
            reference = _reference(error)
            log.exception("internal error %s", reference)
            return Answer(_bug(reference, question), is_error=True)

    async def close(self) -> None:
        """Give up what is still being computed: those who asked have left."""
        left = [work.task for work in self._under_way.values()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _reply(self, question: str, asker: Asker | None, progress: Progress | None) -> Reply:
        split = split_command(question)
        name, rest = (split.name, split.rest) if split else ("", "")
        command = self.command(name)
        if command is None:
            raise unknown_command(name, tuple(self.commands), rest=rest)
        query = command.parse(await self._with_positions(command, rest, asker))
        if command.changes(query) and asker is not None and not await asker.may_change():
            raise NotAllowedError(ADMINS_ONLY)
        if command.is_personal:
            return await command.answer(query, replace(self.services, asker=asker))
        return await self._shared(command, query, progress)

    def _linked(self, question: str) -> str:
        """What a deep link asks: ``/start corr_BTC_ETH-PERP_30d`` is ``/corr BTC ETH-PERP 30d``."""
        split = split_command(question)
        if split is None or split.name != "start":
            return question
        name, *words = split.rest.strip().split("_")
        command = self.command(name.casefold())
        return question if command is None else " ".join((f"/{command.name}", *words))

    async def _with_positions(self, command: Command, rest: str, asker: Asker | None) -> str:
        """The words with the asker's saved positions in the place of their names."""
        if command.book_form is None or asker is None or self.services.book is None:
            return rest
        saved = await self.services.book.positions(asker.id)
        return expanded(rest, saved, command.book_form) if saved else rest

    async def _shared(self, command: Command, query: object, progress: Progress | None) -> Reply:
        key = (command.name, query, current_language())
        work = self._under_way.get(key)
        if work is None:
            listeners: list[Progress] = []
            services = replace(self.services, progress=partial(_tell_all, listeners))
            # One who asks may leave (a cancelled task); the others still want the answer.
            task = asyncio.ensure_future(self._computed(command, query, services))
            work = self._under_way[key] = _Work(task, listeners)
            task.add_done_callback(lambda _: self._under_way.pop(key))
        elif self.tally is not None:
            self.tally.shared()
        if progress is not None:
            work.listeners.append(progress)
        return await asyncio.shield(work.task)

    async def _computed(self, command: Command, query: object, services: Services) -> Reply:
        if self.computations is not None:
            minute = services.now().replace(second=0, microsecond=0)
            key = computation_key(command.name, query, current_language(), minute)
            if key is not None:
                compute = partial(command.answer, query, services)
                return await self.computations.shared(key, compute)
        return await command.answer(query, services)

    def _hint(self, question: str) -> str | None:
        split = split_command(question)
        command = self.command(split.name) if split and not split.rest.strip() else None
        return command.placeholder if command else None


def _reads(command: Command, words: str) -> bool:
    try:
        command.parse(words)
    except RequestError:
        return False
    return True


async def _tell_all(listeners: Sequence[Progress], sentence: str) -> None:
    for listener in listeners:
        await listener(sentence)


def _mistake(error: RequestError, question: str, *, asks_back: bool = False) -> Reply:
    corrected = tuple(
        (Button(correction.label, correction.applied_to(question)),)
        for correction in _distinct(error.corrections, question)
    )
    split = split_command(question)
    if not corrected and not asks_back and split is not None:
        corrected = ((Button("How to ask", f"/help {split.name}"),),)
    return Reply(
        title="",
        answer=error.sentence,
        buttons=corrected,
        numbers={"error": "request", "sentence": error.sentence},
    )


def _outage(error: SourceError, question: str) -> Reply:
    return Reply(
        title="",
        answer=error.sentence,
        text=("Nobody's mistake: the venue did not give what the answer needs.",),
        buttons=((Button(TRY_AGAIN, question),),),
        numbers={"error": "source", "venue": error.venue, "sentence": error.sentence},
    )


def _bug(reference: str, question: str) -> Reply:
    return Reply(
        title="",
        answer=f"Something broke on my side (ref {reference}). Nothing was changed.",
        buttons=((Button(TRY_AGAIN, question),),),
        numbers={"error": "internal", "reference": reference},
    )


def _distinct(corrections: Sequence[Correction], question: str) -> list[Correction]:
    return list({c.applied_to(question): c for c in corrections}.values())


def _reference(error: Exception) -> str:
    """Four digits that an asker can quote and an operator can find in the log."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    line = f"{type(error).__name__}:{place.tb_lineno if place else 0}:{error}"
    return hashlib.blake2s(line.encode(), digest_size=2).hexdigest().upper()
