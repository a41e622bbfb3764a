"""From the text of a question to its reply, whatever happens on the way."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import ENGLISH, current_language, later, speaking, tr
from analytics.market.instruments import Instrument
from analytics.market.unlisted import UnknownInstrumentError
from bot.answering.corrections import PATIENCE_S, instruments_in, leading
from bot.answering.routing import Routing, unread
from bot.answering.sentences import asked_by_a_link, bug, mistake, outage, reference_of
from bot.answering.single_flight import Progress, Question, SingleFlight
from bot.computing.allowance import allowance
from bot.store.computations import Computations
from handlers import (
    Asker,
    Command,
    NotAllowedError,
    Preferences,
    Reply,
    Services,
    TooExpensiveError,
    expanded,
)
from handlers._book import SavedPosition, name_in, no_such_position
from handlers._errors import UsageError
from handlers._grammar import split_command
from handlers._grammar.sentences import named_in
from handlers._preferred import with_preferences
from handlers._questions import lighter
from handlers._requests import request_in
from handlers.help import asks_for_help, unknown_command

log = logging.getLogger(__name__)

ADMINS_ONLY = later(
    "Only admins of this group decide that for it. In private you can have your own."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and whether it is one: ``is_error`` where it explains why there is none.

    ``asks_back`` is the input field's hint where the question was a bare command. ``words`` are
    those of a question that may be offered again where a bare command asks back.
    """

    reply: Reply
    is_error: bool = False
    asks_back: str | None = None
    words: str | None = None


class _Read(NamedTuple):
    """The command of a question, its query, and the words that it was read from."""

    command: Command
    query: Any
    rest: str


class Tally(Protocol):
    """Counts what is asked; it learns the name of a known command and nothing that was written."""

    async def answered(self, command: str | None, answering: Awaitable[Answer], /) -> Answer:
        """Await the answer, and count it."""

    def shared(self) -> None:
        """Count a question that an equal one under way answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Routes questions to commands; equal questions under way share one computation.

    With ``computations`` they share it with other processes too. Corrections of a mistake are tried
    for ``patience_s``. ``agree_on_time`` makes sure of the clock, where answers store moments.
    """

    commands: Sequence[Command]
    services: Services
    computations: Computations | None = None
    tally: Tally | None = None
    patience_s: float = PATIENCE_S
    agree_on_time: Callable[[], Awaitable[None]] | None = None
    routing: Routing = field(init=False)
    _flights: SingleFlight = field(init=False)

    def __post_init__(self) -> None:
        joined = self.tally.shared if self.tally else None
        flights = SingleFlight(self.services.now, self.computations, joined)
        object.__setattr__(self, "_flights", flights)
        object.__setattr__(self, "routing", Routing(self.commands))

    async def answer(
        self,
        question: str,
        *,
        asker: Asker | None = None,
        progress: Progress | None = None,
        wanted: Preferences | None = None,
        by_link: bool = False,
        is_standing: bool = False,
    ) -> Answer:
        """Reply to a question; the asker's mistake, a venue's failure and our bug are told apart.

        ``progress`` is told how far a long answer has got. ``wanted`` is what the reader prefers;
        None looks up what the asker's chat has agreed on. What is asked ``by_link`` was written by
        nobody knows whom: it is answered, but nothing is done before the asker agrees. Of what
        ``is_standing`` nobody is there to put a market right that has gone.
        """
        linked = self.routing.linked(question)
        by_link, question = by_link or linked != question, linked
        wanted = wanted or await self._agreed(asker)
        with speaking(wanted.language or ENGLISH):
            command = self.routing.asked(question)
            if by_link and command is not None and command.is_personal:
                return Answer(asked_by_a_link(question))
            answering = self._answered(question, asker, progress, wanted, is_standing=is_standing)
            if self.tally is None:
                return await answering
            return await self.tally.answered(command.name if command else None, answering)

    async def reads(self, question: str, *, wanted: Preferences) -> bool:
        """Whether the words of a question are known here: a newer version may have kept it."""
        with speaking(wanted.language or ENGLISH):
            try:
                await self._read(question, None, wanted)
            except RequestError:
                return False
        return True

    async def _answered(
        self,
        question: str,
        asker: Asker | None,
        progress: Progress | None,
        wanted: Preferences,
        *,
        is_standing: bool,
    ) -> Answer:
        try:
            read = await self._read(question, asker, wanted)
            if read.command.is_of_listed and not is_standing:
                await self._refuse_unlisted(read.query, wanted)
            return await self._found(question, read, asker, progress, wanted)
        except RequestError as refusal:
            error, hint = refusal, self.routing.hint(question)
            if hint is None:
                error.corrections = await self._leading(error, question, asker, wanted)
            is_misread = isinstance(error, UsageError | UnknownInstrumentError)
            if is_misread and hint is None and not error.corrections:
                error = self._unsaved(question) or error
            reply = mistake(error, question, asks_back=hint is not None)
            return Answer(reply, is_error=True, asks_back=hint)
        except SourceError as error:
            return Answer(outage(error, question), is_error=True)
        except Exception as error:
            reference = reference_of(error)
            log.exception("internal error %s", reference)
            return Answer(bug(reference, question), is_error=True)

    def _unsaved(self, question: str) -> RequestError | None:
        """What to say where one word is no market and may be the name of a position."""
        split = split_command(question)
        command = self.routing.command(split.name) if split else None
        if split is None or command is None or command.book_form is None:
            return None
        name = name_in(split.rest)
        return no_such_position(name, command.examples[0]) if name else None

    async def _leading(
        self, error: RequestError, question: str, asker: Asker | None, wanted: Preferences
    ) -> tuple[Correction, ...]:
        async def read(corrected: str) -> object:
            return (await self._read(corrected, asker, wanted)).query

        async def find(instrument: Instrument) -> object:
            return await self.services.preferred(wanted).histories.catalog.listing(instrument)

        try:
            command = self.routing.asked(question)
            return await leading(
                error,
                question,
                read,
                find,
                examples=command.examples if command else (),
                within=self.patience_s,
            )
        except Exception:
            # A mistake of ours in a correction must not cost the asker the answer to theirs.
            log.exception("a correction cannot be tried")
            return error.corrections

    async def close(self) -> None:
        """Give up what is still being computed: those who asked have left."""
        await self._flights.close()

    async def _agreed(self, asker: Asker | None) -> Preferences:
        if asker is None or self.services.rooms is None:
            return Preferences()
        return await self.services.rooms.preferences(asker.room.chat_id)

    async def _refuse_unlisted(self, query: object, wanted: Preferences) -> None:
        """Refuse what no venue lists; where none answers it may be there."""
        catalog = self.services.preferred(wanted).histories.catalog
        for instrument in dict.fromkeys(instruments_in(query)):
            with suppress(SourceError):
                await catalog.listing(instrument)

    async def _found(
        self,
        question: str,
        read: _Read,
        asker: Asker | None,
        progress: Progress | None,
        wanted: Preferences,
    ) -> Answer:
        command, query, rest = read
        if command.changes(query) and asker is not None and not await asker.may_change():
            # A number means another alert there: only what stands for itself is taken along.
            there = question if command.placeholder else f"/{command.name}"
            raise NotAllowedError(tr(ADMINS_ONLY), in_private=there)
        try:
            if command.is_personal:
                await _paid(asker, command.cost(query))
                if self.agree_on_time is not None:
                    await self.agree_on_time()
                services = replace(self.services.preferred(wanted), asker=asker)
                with allowance():
                    return Answer(await command.answer(query, services))
            reply = await self._shared(command, query, asker, progress, wanted)
        except TooExpensiveError as error:
            error.corrections = lighter(query)
            raise
        return Answer(reply, words=rest if command.placeholder else None)

    async def _read(self, question: str, asker: Asker | None, wanted: Preferences) -> _Read:
        """What a question asks."""
        split = split_command(question)
        name, rest = (split.name, split.rest) if split else unread(question)
        command = self.routing.command(name)
        if not question.lstrip().startswith("/"):
            offer = request_in(question, named_in(question), await self._saved(asker))
            if offer is not None:
                raise offer
        is_operator = asker is not None and asker.is_operator
        if command is None or (command.is_for_operators and not is_operator):
            raise unknown_command(name, tuple(self.routing.offered), rest=rest)
        if (
            asks_for_help(rest)
            and command.name != "help"
            and self.routing.command("help") is not None
        ):
            return await self._read(f"/help {command.name}", asker, wanted)
        words = await self._with_positions(command, rest, asker)
        return _Read(command, command.parse(with_preferences(command, words, wanted)), rest)

    async def _with_positions(self, command: Command, rest: str, asker: Asker | None) -> str:
        """The words with the asker's saved positions in the place of their names."""
        saved = await self._saved(asker) if command.book_form is not None else {}
        return expanded(rest, saved, command.book_form) if saved and command.book_form else rest

    async def _saved(self, asker: Asker | None) -> Mapping[str, SavedPosition]:
        if asker is None or self.services.book is None:
            return {}
        return await self.services.book.positions(asker.id)

    async def _shared(
        self,
        command: Command,
        query: object,
        asker: Asker | None,
        progress: Progress | None,
        wanted: Preferences,
    ) -> Reply:
        looks = (current_language(), wanted.venue, wanted.quote, wanted.theme)

        async def compute(told: Progress) -> Reply:
            services = replace(self.services.preferred(wanted), progress=told)
            with allowance():
                return await command.answer(query, services)

        return await self._flights.reply(
            Question(command.name, query, looks),
            compute,
            pay=partial(_paid, asker, command.cost(query)),
            progress=progress,
        )


async def _paid(asker: Asker | None, cost: int) -> None:
    """Whoever asks has paid for a plain question; this is what a dearer one takes on top."""
    if asker is not None and cost > 1:
        await asker.pays(cost - 1)
