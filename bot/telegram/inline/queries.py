"""Inline mode: answers and suggestions in any chat, while somebody types behind our name.

Nothing here is stored: Telegram forgets such a question after half a minute, and each letter brings
a new one. So the newest of a person wins, and the one before is given up.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    Update,
)
from telegram.error import BadRequest, RetryAfter, TelegramError

from analytics.errors import Correction, RequestError
from analytics.language import ENGLISH, languages, later, speaking, tr
from bot.answering.answers import Answers
from bot.answering.sentences import mistake
from bot.store.database import DatabaseError
from bot.store.inbox import StoredUpdate
from bot.store.recents import Recents
from bot.telegram import refusals
from bot.telegram.inline.answers import InlineAnswers, Prepared, TooFastError
from bot.telegram.inline.results import answered, explained, suggested, under_way
from bot.telegram.sending.pacing import Pacing
from handlers import Command, Preferences, Reply, SavedPosition, expanded
from handlers._grammar import split_command
from handlers._suggestions import (
    Complete,
    Suggestion,
    Suggestions,
    Typed,
    is_for_anybody,
    typed,
)

log = logging.getLogger(__name__)

DEADLINE_S = 8.0
"""Telegram waits for half a minute, people do not."""
TIMEOUT_S = 10.0
MOST_TYPING = 200
SUGGESTIONS_FOR_S = 30
REFUSAL_FOR_S = 60
START = "inline"
PRIVATE_BOT = later("This bot is private")
IN_PRIVATE = later("`/{name}` is between you and me: write it to me in private.")
NO_FILES = later("Files cannot be sent from here: ask for them in private, or leave `csv` out.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody sees who types, and for how many seconds Telegram may show it again."""

    results: Sequence[InlineQueryResult]
    cache_s: int = 0
    button: InlineQueryResultsButton | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Typing:
    update_id: int
    task: asyncio.Task[None]


@dataclass(slots=True, eq=False)
class Inline:
    """Answers what people type behind our name; ``deadline`` is in seconds."""

    bot: Bot
    answers: Answers
    preparing: InlineAnswers
    pacing: Pacing
    recents: Recents
    allowed_chats: frozenset[int] = frozenset()
    deadline: float = DEADLINE_S
    suggestions: Suggestions = field(init=False)
    _typing: dict[int, _Typing] = field(default_factory=dict)
    _is_closed: bool = False

    def __post_init__(self) -> None:
        catalog = self.answers.services.histories.catalog
        self.suggestions = Suggestions(self.answers.commands, catalog)

    async def run(self) -> None:
        """Be there until cancelled; then leave nothing behind."""
        try:
            await asyncio.Event().wait()
        finally:
            self._is_closed = True
            left = [one.task for one in self._typing.values()]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self.preparing.close()

    def receive(self, update: StoredUpdate) -> None:
        """Begin to answer, in the place of what the same person typed before."""
        person, before = update.lane, self._typing.get(update.lane)
        if self._is_closed or (before is not None and before.update_id >= update.update_id):
            return
        if before is not None:
            before.task.cancel()
        elif len(self._typing) >= MOST_TYPING:
            log.warning("too many people type at once; one sees nothing")
            return
        task = asyncio.create_task(self._served(update))
        self._typing[person] = _Typing(update.update_id, task)
        task.add_done_callback(partial(self._ended, person))

    def _ended(self, person: int, task: asyncio.Task[None]) -> None:
        if person in self._typing and self._typing[person].task is task:
            del self._typing[person]

    async def _served(self, update: StoredUpdate) -> None:
        try:
            query = Update.de_json(json.loads(update.payload), self.bot).inline_query
            if query is not None:
                await self._answer(query)
        except DatabaseError as error:
            log.warning("an inline question is not answered: %s", error)
        except Exception:
            # The last fence: nobody awaits this task.
            log.exception("an inline question could not be answered")

    async def _answer(self, query: InlineQuery) -> None:
        person = query.from_user.id
        wanted = await self._wanted(person, query.from_user.language_code)
        with speaking(wanted.language or ENGLISH):
            if self.allowed_chats and person not in self.allowed_chats:
                button = InlineQueryResultsButton(tr(PRIVATE_BOT), start_parameter=START)
                await self._show(query, Shown((), REFUSAL_FOR_S, button))
                return
            await self._show(query, await self._shown(query.query, person, wanted))

    async def _wanted(self, person: int, language: str | None) -> Preferences:
        """What the person set in private; else the language of the app, if answers speak it."""
        rooms = self.answers.services.rooms
        wanted = await rooms.preferences(person) if rooms else Preferences()
        spoken = (language or ENGLISH).partition("-")[0].lower()
        usual = spoken if spoken in languages() else ENGLISH
        return replace(wanted, language=wanted.language or usual)

    async def _shown(self, text: str, person: int, wanted: Preferences) -> Shown:
        within = asyncio.get_running_loop().time() + self.deadline
        book = self.answers.services.book
        saved = await book.positions(person) if book else {}
        asked = typed(text.replace("\0", ""), self._offered)
        if not asked.words and asked.command is None:
            before = await self.recents.of(person, person)
            return Shown(self._suggested(self.suggestions.usual(saved, before)), SUGGESTIONS_FOR_S)
        asked = _with_positions(asked, saved)
        complete = await self.suggestions.complete(asked)
        others = await self.suggestions.of(asked)
        if complete is None:
            return self._unfinished(asked, others)
        if _asks_for_files(complete):
            without = Correction(tr("without files"), "", "csv")
            error = RequestError(tr(NO_FILES), corrections=(without,))
            return self._wrong(complete.question, error)
        left = within - asyncio.get_running_loop().time()
        try:
            prepared = await self.preparing.prepared(complete, person, wanted, within=left)
        except TooFastError as error:
            return replace(self._wrong(complete.question, error), cache_s=0)
        return self._finished(complete, prepared, others)

    def _finished(
        self, asked: Complete, prepared: Prepared | None, others: Sequence[Suggestion]
    ) -> Shown:
        others = [one for one in others if one.question != asked.question]
        if prepared is None:
            first = under_way(asked.question, self.bot.username)
            return Shown((first, *self._suggested(others)))
        reply = prepared.answer.reply
        if prepared.answer.is_error:
            first = explained(reply, asked.question, self.bot.username)
            return Shown((first, *self._suggested([*self._corrected(reply), *others])))
        seconds = (prepared.until - self.answers.services.now()).total_seconds()
        results = answered(
            reply, asked.question, file_id=prepared.file_id, username=self.bot.username
        )
        return Shown((*results, *self._suggested(others)), max(0, int(seconds)))

    def _unfinished(self, asked: Typed, others: Sequence[Suggestion]) -> Shown:
        """What may be meant; where nothing may be, what is wrong and how it would be right."""
        if results := self._suggested(others):
            return Shown(results, SUGGESTIONS_FOR_S)
        question, error = self._mistake(asked)
        if error is None:
            return Shown(self._suggested(self.suggestions.usual()), SUGGESTIONS_FOR_S)
        return self._wrong(question, error)

    def _wrong(self, question: str, error: RequestError) -> Shown:
        reply = mistake(error, question)
        first = explained(reply, question, self.bot.username)
        return Shown((first, *self._suggested(self._corrected(reply))), SUGGESTIONS_FOR_S)

    def _offered(self, name: str) -> Command | None:
        """The command of that name; of those for operators nobody is told."""
        routing = self.answers.routing
        command = routing.command(name)
        return command if command in routing.offered else None

    def _mistake(self, asked: Typed) -> tuple[str, RequestError | None]:
        words = " ".join(asked.words)
        routing = self.answers.routing
        question = f"/{asked.command.name} {words}" if asked.command else routing.routed(words)
        split, command = split_command(question), routing.asked(question)
        if split is None or command is None:
            return question, None
        if not is_for_anybody(command):
            return question, RequestError(tr(IN_PRIVATE, name=command.name))
        try:
            command.parse(split.rest)
        except RequestError as error:
            return question, error
        return question, None

    def _corrected(self, reply: Reply) -> list[Suggestion]:
        found = []
        for button in (button for row in reply.buttons for button in row):
            split = split_command(button.question)
            command = self.answers.routing.asked(button.question)
            if command is not None and is_for_anybody(command):
                question = f"/{command.name} {' '.join(split.rest.split())}" if split else ""
                found.append(Suggestion(question.rstrip(), command.summary))
        return found

    def _suggested(self, suggestions: Sequence[Suggestion]) -> list[InlineQueryResult]:
        numbers = count()
        found = (suggested(one, next(numbers), self.bot.username) for one in suggestions)
        return [result for result in found if result is not None]

    async def _show(self, query: InlineQuery, shown: Shown) -> None:
        """Answer; a question that Telegram has forgotten meanwhile does not matter."""
        if await self.pacing.silent_for() > 0:
            log.info("an inline question is not answered: Telegram wants silence")
            return
        try:
            await self.bot.answer_inline_query(
                query.id,
                shown.results,
                cache_time=shown.cache_s,
                # What Telegram keeps for all would show one person's language and venue to others.
                is_personal=True,
                button=shown.button,
                read_timeout=TIMEOUT_S,
            )
        except RetryAfter as error:
            await self.pacing.pause(refusals.seconds(error))
        except BadRequest as error:
            await self._refused(query, shown, error)
        except TelegramError as error:
            log.info("an inline question was not answered: %s", error)

    async def _refused(self, query: InlineQuery, shown: Shown, error: BadRequest) -> None:
        pictures = [r for r in shown.results if isinstance(r, InlineQueryResultCachedPhoto)]
        if "query is too old" in error.message.casefold() or not pictures:
            log.info("an inline question was not answered: %s", error)
            return
        log.warning("an inline answer is shown without its picture: %s", error)
        for picture in pictures:
            self.preparing.forget(picture.photo_file_id)
            if refusals.verdict_on(error) == refusals.FileGone():
                await self.preparing.shelf.forget(picture.photo_file_id)
        words = [result for result in shown.results if result not in pictures]
        await self._show(query, Shown(words))


def _with_positions(asked: Typed, saved: Mapping[str, SavedPosition]) -> Typed:
    """The question with the person's saved positions in the place of their names."""
    if asked.command is None or asked.command.book_form is None:
        return asked
    words = expanded(" ".join(asked.words), saved, asked.command.book_form)
    return replace(asked, words=tuple(words.split()))


def _asks_for_files(asked: Complete) -> bool:
    return "csv" in getattr(asked.command.parse(asked.words), "switches", ())
