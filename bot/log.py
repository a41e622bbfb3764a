"""Logs that never show a secret, and never a chat's or a person's number."""

import hashlib
import json
import logging
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

# Written into a URL, the colon may be quoted. Shorter numbers are ports behind addresses.
TOKEN = re.compile(r"\b\d{5,}(?::|%3A)[A-Za-z0-9_-]{3,}|(?<=/bot)[^/\s'\"]+", re.IGNORECASE)
HIDDEN = "[token]"
SOMEBODY = re.compile(
    r"\b((?:chat|group|lane|owner|user)(?:[ _]id)?['\")]*(?:\s*[:=]\s*\(?|\s+))(-?\d{3,})\b",
    re.IGNORECASE,
)
"""A number of a chat or person, by the word before it."""
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("aiosqlite", "alembic", "ccxt", "httpcore", "httpx", "psycopg", "sqlalchemy", "telegram")
"""Libraries that would write down each request, with what people wrote."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """Replaces what no log may show.

    ``spellings`` are secrets, the longest first. A chat's number becomes a name that is the same
    in every line of every process with the same secrets, and that nobody without them can undo.
    """

    spellings: tuple[str, ...]
    key: bytes

    def __call__(self, text: str) -> str:
        """The text without secrets and numbers of people."""
        for secret in self.spellings:
            text = text.replace(secret, HIDDEN)
        text = TOKEN.sub(HIDDEN, text)
        return SOMEBODY.sub(lambda found: found[1] + self._name(found[2]), text)

    def _name(self, number: str) -> str:
        return f"#{hashlib.blake2s(number.encode(), key=self.key, digest_size=4).hexdigest()}"


def redaction(secrets: frozenset[str]) -> Redaction:
    """What these secrets ask for."""
    # A secret may be a part of another, and appear quoted in a URL.
    spelled = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
    key = hashlib.blake2s("\n".join(sorted(secrets)).encode()).digest()
    return Redaction(tuple(sorted(spelled, key=len, reverse=True)), key)


class RedactingFormatter(logging.Formatter):
    """A line of text, redacted in messages and tracebacks alike."""

    def __init__(self, fmt: str, *, secrets: frozenset[str] = frozenset()) -> None:
        super().__init__(fmt)
        self._redacted: Callable[[str], str] = redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Format, then redact: so nothing that an argument or exception says gets past."""
        return self._redacted(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and a traceback if there is one."""

    def __init__(self, *, secrets: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._redacted = redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Redact each text, then encode: an escaped quote must not end a secret early."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redacted(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = self._redacted(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = self._redacted(self.formatStack(record.stack_info))
        return json.dumps(line, ensure_ascii=False)


def configure_logging(
    level: str,
    *,
    secrets: frozenset[str] = frozenset(),
    form: Literal["text", "json"] = "text",
) -> None:
    """Log to standard error; libraries that write down requests only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(secrets=secrets)
        if form == "json"
        else RedactingFormatter(TEXT, secrets=secrets)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
