"""What somebody may want to ask whose question is not finished, and whether it is."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process

from analytics.errors import RequestError
from analytics.market.catalog import Catalog
from analytics.market.completion import Completions
from analytics.market.windows import spelled
from handlers._book import SavedPosition
from handlers._command import Command
from handlers._grammar import split_command
from handlers._questions import WINDOWS

MOST = 8
"""Suggestions; more than a phone shows without scrolling."""
ALIKE = 70
"""How alike, in percent, a word must be to the name of a command to be taken for it."""
ENDINGS = ("brief", "nochart")
DIGITS = re.compile(r"\d{1,4}")
MARKET = re.compile(r"(?:[A-Za-z]+:)?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]*)?")
SHORTEST_ENDING = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A whole question, and what its answer tells."""

    question: str
    about: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A question as far as it is typed: the command that it names, if any, and the words after it."""

    command: Command | None
    words: tuple[str, ...]
    is_word_finished: bool

    @property
    def last(self) -> str:
        """The word that is being typed; empty behind a blank."""
        return self.words[-1] if self.words and not self.is_word_finished else ""

    @property
    def before(self) -> tuple[str, ...]:
        """The words before that one."""
        return self.words[:-1] if self.last else self.words


@dataclass(frozen=True, slots=True)
class Complete:
    """A question that can be answered as it stands."""

    command: Command
    words: str

    @property
    def question(self) -> str:
        """As it is asked in a chat."""
        return f"/{self.command.name} {self.words}".rstrip()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Finds questions among ``commands`` whose answers anybody may see, in any chat."""

    commands: Sequence[Command]
    catalog: Catalog
    _asking: tuple[Command, ...] = field(init=False)

    def __post_init__(self) -> None:
        asking = (c for c in self.commands if c.placeholder and is_for_anybody(c))
        object.__setattr__(self, "_asking", tuple(asking))

    def usual(
        self, saved: Mapping[str, SavedPosition] | None = None, before: Sequence[str] = ()
    ) -> list[Suggestion]:
        """What to ask first: the words that somebody asked before, and about saved positions.

        Then one example of each command.
        """
        again = [
            next(
                (
                    Suggestion(f"/{c.name} {words}", c.summary)
                    for c in self._asking
                    if reads(c, words)
                ),
                None,
            )
            for words in before
        ]
        about = [
            found
            for position in (saved or {}).values()
            for command in self._asking
            if command.book_form is not None
            if (found := _filled(command, position.written(command.book_form).split()))
        ]
        examples = (_filled(command, ()) for command in self._asking)
        return _distinct([*again, *about[:MOST], *examples], most=2 * MOST)

    async def complete(self, typed: Typed) -> Complete | None:
        """The question, unless it is still being typed or nobody but its asker may see the answer.

        Without a command two words at least are a question: one is the beginning of one.
        """
        words = " ".join(typed.words)
        if typed.command is not None:
            is_bare = bool(typed.command.placeholder) and not words
            commands = [typed.command] if is_for_anybody(typed.command) and not is_bare else []
        else:
            asking = [command for command in self._asking if not reads(command, "")]
            commands = asking if len(typed.words) > 1 else []
        command = next((command for command in commands if reads(command, words)), None)
        if command is None:
            return None
        listed = await self.markets(typed)
        is_half = not listed.is_listed and (listed.names or _endings(typed, [command]))
        return None if is_half else Complete(command, words)

    async def of(self, typed: Typed) -> list[Suggestion]:
        """Whole questions that begin with what was typed."""
        found: list[Suggestion | None] = []
        if typed.command is None:
            found += self._of_commands(typed)
        elif typed.command not in self._asking:
            return []
        commands = [typed.command] if typed.command else self._asking
        listed = await self.markets(typed)
        endings = _endings(typed, commands)
        if listed.is_listed or not (endings or MARKET.fullmatch(typed.last)):
            # Its last word is whole: what can be asked that begins so.
            found += [f for command in commands if (f := _filled(command, typed.words))]
        for ending in (*endings, *listed.names):
            words = (*typed.before, ending)
            fitting = (f for command in commands if (f := _filled(command, words)))
            found.append(next(fitting, None))
        return _distinct(found)

    async def markets(self, typed: Typed) -> Completions:
        """The markets that the last word may become."""
        takes_markets = typed.command is None or typed.command in self._asking
        if not takes_markets or not MARKET.fullmatch(typed.last):
            return Completions()
        return await self.catalog.completions(typed.last, most=MOST)

    def _of_commands(self, typed: Typed) -> list[Suggestion | None]:
        """The commands whose name begins like the first word, or is nearly it."""
        if not typed.words:
            return []
        first, rest = typed.words[0].casefold(), typed.words[1:]
        names = {command.name: command for command in self._asking}
        close = process.extract(first, names.keys(), limit=2, score_cutoff=ALIKE)
        beginning = [name for name in names if name.startswith(first) and not rest]
        alike = beginning or (
            [name for name, _, _ in close] if len(first) > SHORTEST_ENDING else []
        )
        return [_filled(names[name], rest) for name in alike]


def is_for_anybody(command: Command) -> bool:
    """Whether its answers are the same for everybody, so that any chat may see them."""
    return not (command.is_personal or command.is_for_operators)


def typed(text: str, command_of: Callable[[str], Command | None]) -> Typed:
    """Take apart what stands behind the bot's name, with a slash or without."""
    is_finished = text != text.rstrip()
    words = text.strip().removeprefix("/")
    split = split_command(f"/{words}")
    command = command_of(split.name) if split else None
    if split is None or command is None:
        return Typed(None, tuple(words.split()), is_finished)
    if not (split.rest or is_finished or split.name == command.name):
        # One letter is the alias of a command, and the beginning of others.
        return Typed(None, (split.name,), is_finished)
    return Typed(command, tuple(split.rest.split()), is_finished)


def reads(command: Command, words: str) -> bool:
    """Whether a command understands the words."""
    try:
        command.parse(words)
    except RequestError:
        return False
    return True


def _endings(typed: Typed, commands: Sequence[Command]) -> list[str]:
    """What else a last word may become: a length of time, or how much to answer."""
    if DIGITS.fullmatch(typed.last):
        before = " ".join(typed.before)
        if not before or not any(reads(command, before) for command in commands):
            # An amount, of something that is not named yet.
            return []
        usual = [length for one in WINDOWS if (length := spelled(one)).startswith(typed.last)]
        return usual or [f"{typed.last}d"]
    if len(typed.last) >= SHORTEST_ENDING:
        last = typed.last.casefold()
        return [one for one in ENDINGS if one.startswith(last) and one != last]
    return []


def _filled(command: Command, words: Sequence[str]) -> Suggestion | None:
    """The shortest question that the command reads: the words, and of its example what they lack."""
    example = (command.placeholder or "").split()
    least = 0 if words else len(example)
    for count in range(least, len(example) + 1):
        asked = " ".join((*words, *example[len(example) - count :]))
        if asked and reads(command, asked):
            return Suggestion(f"/{command.name} {asked}", command.summary)
    return None


def _distinct(found: Iterable[Suggestion | None], *, most: int = MOST) -> list[Suggestion]:
    return list({one.question: one for one in found if one is not None}.values())[:most]
