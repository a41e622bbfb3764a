"""Logs that never show a secret."""

import logging
import re
import sys
from urllib.parse import quote

# Written into a URL, the colon may be quoted. Shorter numbers are ports behind addresses.
TOKEN = re.compile(r"\b\d{5,}(?::|%3A)[A-Za-z0-9_-]{3,}|(?<=/bot)[^/\s'\"]+", re.IGNORECASE)
HIDDEN = "[token]"


class RedactingFormatter(logging.Formatter):
    """Replaces everything that looks like a bot token, in messages and tracebacks alike."""

    def __init__(self, fmt: str, *, secrets: frozenset[str] = frozenset()) -> None:
        super().__init__(fmt)
        # The longest first: a secret may be a part of another, and appear quoted in a URL.
        spelled = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(spelled, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Format, then redact: so nothing that an argument or exception says gets past."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return TOKEN.sub(HIDDEN, text)


def configure_logging(level: str, *, secrets: frozenset[str] = frozenset()) -> None:
    """Log to standard error; foreign libraries only from INFO on where they name addresses."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s", secrets=secrets)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # One line a request would drown everything else.
    for name in ("httpx", "httpcore", "aiosqlite", "alembic", "ccxt"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
