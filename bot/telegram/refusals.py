"""What Telegram's errors mean for a message, decided in one table."""

from dataclasses import dataclass

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

NEVER_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
GONE = ("chat not found", "private chat not found", "group chat was deleted", "user not found")
NO_PICTURE = (
    "not enough rights to send photos",
    "chat_send_photos_forbidden",
    "chat_send_media_forbidden",
    "image_process_failed",
    "photo_invalid_dimensions",
    "photo_save_file_invalid",
)
NO_DOCUMENTS = ("not enough rights to send documents", "chat_send_docs_forbidden")
NO_RIGHTS = (
    "not enough rights",
    "need administrator rights",
    "chat_write_forbidden",
    "have no rights to send",
)
NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
NO_ORIGINAL = ("message to be replied not found", "message to reply not found")
NO_FILE = (
    "wrong file identifier",
    "wrong remote file",
    "wrong file_id",
    "file reference",
    "file_reference",
)
NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not arrived; try again, after ``pause`` seconds of silence to all chats if given."""

    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The connection ended after the request was written: nobody can know."""


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """An edit that had been applied before."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup with another id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class ChatClosed:
    """Nothing can be written in this chat, until the people in it change that.

    ``lacks_rights`` where the bot is in the chat and may not write.
    """

    note: str
    lacks_rights: bool = False


@dataclass(frozen=True, slots=True)
class TopicClosed:
    """The topic is gone or closed; the chat is not."""


@dataclass(frozen=True, slots=True)
class OriginalGone:
    """The message that is answered or edited no longer exists."""


@dataclass(frozen=True, slots=True)
class FileGone:
    """Telegram does not know a file any more that it had been given."""


@dataclass(frozen=True, slots=True)
class PictureRefused:
    """Not this picture, or none in this chat: its words may be sent without it."""

    note: str


@dataclass(frozen=True, slots=True)
class BadMarkup:
    """Our HTML was refused: send it plain, and mend the renderer."""


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """The token was revoked: stop, lose nothing, call the operator."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Any other refusal: our bug; the note says which."""

    note: str


Verdict = (
    NotSent
    | Unknown
    | AlreadyDone
    | Moved
    | ChatClosed
    | TopicClosed
    | OriginalGone
    | FileGone
    | PictureRefused
    | BadMarkup
    | TokenRefused
    | Refused
)


def verdict_on(error: TelegramError) -> Verdict:
    """Read an error of python-telegram-bot."""
    match error:
        case RetryAfter():
            return NotSent(pause=seconds(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden():
            return ChatClosed(error.message)
        case InvalidToken():
            return TokenRefused()
        case BadRequest():
            return _verdict_on_bad_request(error.message)
        case Conflict():
            return NotSent()
        case NetworkError():
            return _verdict_on_network(error)
        case _:
            # An answer that is no JSON: it came, so the request had been read.
            return Unknown()


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants silence."""
    wait = error.retry_after
    return float(wait if isinstance(wait, int | float) else wait.total_seconds())


def _verdict_on_network(error: NetworkError) -> Verdict:
    """Both a refused and a broken connection arrive as NetworkError; the cause tells them apart."""
    cause = error.__cause__
    # A TelegramError underneath says that an error's page was no JSON: still a refusal.
    if cause is None or isinstance(cause, (*NEVER_WRITTEN, TelegramError)):
        return NotSent()
    return Unknown()


def _verdict_on_bad_request(message: str) -> Verdict:
    # python-telegram-bot capitalises the first letter of some texts.
    text = message.casefold()
    table: tuple[tuple[tuple[str, ...], Verdict], ...] = (
        (("message is not modified",), AlreadyDone()),
        (("can't parse entities",), BadMarkup()),
        (NO_TOPIC, TopicClosed()),
        (NO_ORIGINAL + NO_MESSAGE, OriginalGone()),
        (NO_FILE, FileGone()),
        (GONE, ChatClosed(message)),
        (NO_PICTURE, PictureRefused(message)),
        # A chat that takes no files may take words.
        (NO_DOCUMENTS, Refused(message)),
        (NO_RIGHTS, ChatClosed(message, lacks_rights=True)),
    )
    for phrases, verdict in table:
        if any(phrase in text for phrase in phrases):
            return verdict
    return Refused(message)
