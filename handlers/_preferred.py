"""What a chat prefers, put into the words of a question that does not say it."""

from analytics.errors import RequestError
from analytics.market.windows import DEFAULT_LENGTH, Window
from handlers._command import Command
from handlers._grammar import tidied
from handlers._grammar.durations import duration_of
from handlers._room import Preferences

BRIEF, FULL = "brief", "full"


def with_preferences(command: Command, words: str, wanted: Preferences) -> str:
    """The words of a question, longer by what the chat wants where they leave it open.

    Words that cannot be read stay as they are: the refusal shall read back what was typed.
    """
    if wanted.window is not None and _leaves_window_open(command, words):
        words = _if_read(command, words, wanted.window)
    said = {word.casefold() for word in words.split()}
    if wanted.is_brief and not said & {BRIEF, FULL}:
        words = _if_read(command, words, BRIEF)
    return words


def _leaves_window_open(command: Command, words: str) -> bool:
    try:
        window = getattr(command.parse(words), "window", None)
        names_length = any(duration_of(word) is not None for word in tidied(words).split())
    except RequestError:
        return False
    return isinstance(window, Window) and window.length == DEFAULT_LENGTH and not names_length


def _if_read(command: Command, words: str, more: str) -> str:
    longer = f"{words} {more}"
    try:
        command.parse(words)
        command.parse(longer)
    except RequestError:
        return words
    return longer
