"""From the text of a question to its reply, whatever happens on the way."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.errors import Correction, RequestError, SourceError
from handlers import Button, Command, Reply, Services
from handlers._grammar import split_command
from handlers.help import unknown_command

log = logging.getLogger(__name__)

TRY_AGAIN = "Try again"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and whether it is one: ``is_error`` where it explains why there is none.

    ``asks_back`` is the input field's hint where the question was a bare command.
    """

    reply: Reply
    is_error: bool = False
    asks_back: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Routes questions to commands; equal questions under way share one computation."""

    commands: Sequence[Command]
    services: Services
    _under_way: dict[object, asyncio.Task[Reply]] = field(default_factory=dict)

    def command(self, name: str) -> Command | None:
        """The command of that name or alias."""
        return next((c for c in self.commands if name in (c.name, *c.aliases)), None)

    def routed(self, words: str) -> str:
        """Words without a slash as a question: of the first command in the menu that reads them."""
        first, _, rest = words.strip().partition(" ")
        if any(first.casefold() == command.name for command in self.commands):
            return f"/{first.casefold()} {rest}".strip()
        asking = [command for command in self.commands if command.placeholder]
        reading = [command for command in asking if _reads(command, words)]
        return f"/{(reading or asking)[0].name} {words.strip()}"

    async def answer(self, question: str) -> Answer:
        """Reply to a question; the asker's mistake, a venue's failure and our bug are told apart."""
        try:
            return await self._answer(question)
        except RequestError as error:
            return Answer(_mistake(error, question), is_error=True, asks_back=self._hint(question))
        except SourceError as error:
            return Answer(_outage(error, question), is_error=True)
        except Exception as error:
            reference = _reference(error)
            log.exception("internal error %s", reference)
            return Answer(_bug(reference, question), is_error=True)

    async def close(self) -> None:
        """Give up what is still being computed: those who asked have left."""
        left = [*self._under_way.values()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _answer(self, question: str) -> Answer:
        split = split_command(question)
        name, rest = (split.name, split.rest) if split else ("", "")
        command = self.command(name)
        if command is None:
            raise unknown_command(name, tuple(self.commands))
        query = command.parse(rest)
        return Answer(await self._shared(command, query))

    async def _shared(self, command: Command, query: object) -> Reply:
        key = (command.name, query)
        task = self._under_way.get(key)
        if task is None:
            # One who asks may leave (a cancelled task); the others still want the answer.
            task = asyncio.ensure_future(command.answer(query, self.services))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key))
        return await asyncio.shield(task)

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


def _mistake(error: RequestError, question: str) -> Reply:
    return Reply(
        title="",
        answer=error.sentence,
        buttons=tuple(
            (Button(correction.label, correction.applied_to(question)),)
            for correction in _distinct(error.corrections, question)
        ),
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
