import asyncio
import io
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.log import HIDDEN, RedactingFormatter, configure_logging
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator

TOKEN = "7712345678:AAF-x_ySecretSecretSecretSecretSecret"
PART = "SecretSecret"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything at DEBUG, with all of the libraries' loggers wide open."""
    written = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    names = ("httpx", "httpcore", "aiosqlite", "alembic", "ccxt")
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging("DEBUG", secrets=frozenset({TOKEN, "pass/word"}))
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:], level = before
    root.setLevel(level)
    for name in names:
        logging.getLogger(name).setLevel(logging.NOTSET)


SPELLINGS = [
    TOKEN,
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    f"https://api.telegram.org/file/bot{TOKEN}/photos/1.png",
    f"/bot{TOKEN.replace(':', '%3A')}/sendMessage",
    f"/bot{TOKEN.replace(':', '%3a')}/sendMessage",
    f"The token `{TOKEN}` was rejected by the server.",
    repr({"url": f"http://x/bot{TOKEN}"}),
    repr(f"/bot{TOKEN}".encode()),
]


@pytest.mark.parametrize("text", SPELLINGS)
@pytest.mark.parametrize("known", [True, False])
def test_a_token_is_hidden_however_it_is_written(text: str, known: bool) -> None:
    secrets = frozenset({TOKEN} if known else ())
    formatter = RedactingFormatter("%(message)s", secrets=secrets)
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "said %s", (text,), None)
    shown = formatter.format(record)
    assert PART not in shown
    assert HIDDEN in shown


@pytest.mark.parametrize(
    "text", ["2026-11-22 18:07:05", "127.0.0.1:54321", "10.1.200.255:8080", "a/bot/b", "1:2:3"]
)
def test_what_is_no_token_stays_readable(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, text, (), None)
    assert RedactingFormatter("%(message)s").format(record) == text


def test_a_traceback_is_redacted(log: io.StringIO) -> None:
    try:
        try:
            _raise(ValueError(f"inner {TOKEN}"))
        except ValueError as error:
            raise RuntimeError(f"outer /bot{TOKEN}/x") from error
    except RuntimeError:
        logging.getLogger("any.library").exception("failed with %s", TOKEN, stack_info=True)
    assert "RuntimeError: outer" in log.getvalue()
    assert "ValueError: inner" in log.getvalue()
    assert PART not in log.getvalue()


def test_other_secrets_are_hidden_quoted_or_not(log: io.StringIO) -> None:
    logging.getLogger("x").info("postgresql://u:pass/word@h and u:pass%%2Fword@h%s", "")
    assert "pass/word" not in log.getvalue()
    assert "pass%2Fword" not in log.getvalue()


def test_warnings_are_redacted(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(f"old style {TOKEN}", stacklevel=1)
    assert "old style" in log.getvalue()
    assert PART not in log.getvalue()


async def test_no_library_shows_the_token_on_any_way_to_fail(log: io.StringIO) -> None:
    async with TelegramEmulator(TOKEN) as emulator:
        ann = emulator.person("Ann")
        emulator.fault("sendMessage", code=502, body=b"<html>")
        emulator.fault("sendMessage", skip=1, drop="after")
        emulator.fault("sendMessage", skip=2, code=400, description=f"Bad Request: {TOKEN}")
        async with client(emulator) as bot:
            for _ in range(4):
                await _tried(bot.send_message(ann.id, "x"))
            logging.getLogger("x").info("client %r", bot)
        url = emulator.url
    gone = Bot(TOKEN, base_url=f"{url}/bot")
    await _tried(gone.initialize())
    await gone.shutdown()
    async with TelegramEmulator() as other:
        stranger = Bot(TOKEN, base_url=f"{other.url}/bot")
        with pytest.raises(InvalidToken) as caught:
            await stranger.initialize()
        logging.getLogger("x").error("refused", exc_info=caught.value)
        await stranger.shutdown()
    task = asyncio.get_running_loop().create_task(_fails())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "lost", "exception": task.exception()}
    )
    written = log.getvalue()
    assert "httpx" in written, "the libraries do speak"
    assert "sendMessage" in written
    assert PART not in written


async def _tried(work: object) -> None:
    try:
        await work  # type: ignore[misc]
    except (TelegramError, NetworkError):
        logging.getLogger("bot").exception("not sent")


def _raise(error: Exception) -> None:
    raise error


async def _fails() -> None:
    raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getUpdates")
