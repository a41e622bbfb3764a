"""What a line of the log shows: no token, no password, nobody's number."""

import io
import json
import logging
import sys
import warnings
from datetime import datetime, timedelta

import pytest

from bot.log import HIDDEN, RedactingFormatter, configure_logging, redaction
from tests.bot.log.conftest import PART, TOKEN

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


SOMEBODY = [
    ("reply:7:0 to chat 1001234 may not have arrived", "1001234"),
    ("New chat id: -1001234567", "1001234567"),
    ("{'chat_id': 1001234}", "1001234"),
    ("DETAIL:  Key (chat_id)=(1001234) already exists.", "1001234"),
    ("gate chat:1001234 and group:-1001234 wait", "1001234"),
    ("user 1001234, owner_id=1001234", "1001234"),
]


@pytest.mark.parametrize(("text", "number"), SOMEBODY)
def test_nobodys_number_is_shown_and_the_same_chat_keeps_its_name(text: str, number: str) -> None:
    hidden = redaction(frozenset({TOKEN}))
    assert number not in hidden(text)
    assert "#" in hidden(text)
    assert hidden(text) == redaction(frozenset({TOKEN}))(text)
    assert hidden("chat 1001234") != hidden("chat 1001235")
    assert hidden("chat 1001234") != redaction(frozenset({"another"}))("chat 1001234")


def test_a_line_of_json_is_one_whatever_is_in_it(
    monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setattr(sys, "stderr", log)
    configure_logging("DEBUG", secrets=frozenset({TOKEN, 'quo"te\\d'}), form="json")
    logger = logging.getLogger("x")
    logger.info('at /bot%s" and quo"te\\d\nnext line, chat %d', TOKEN, 1001234)
    try:
        _raise(ValueError(f"inner {TOKEN}"))
    except ValueError:
        logger.exception("broke", stack_info=True)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["level"], line["logger"]) for line in lines] == [("INFO", "x"), ("ERROR", "x")]
    assert 'quo"te' not in lines[0]["message"]
    assert "next line" in lines[0]["message"]
    assert "ValueError: inner [token]" in lines[1]["exception"]
    assert "_line_of_json" in lines[1]["stack"]
    assert datetime.fromisoformat(lines[0]["time"]).utcoffset() == timedelta(0)
    assert PART not in log.getvalue()
    assert "1001234" not in log.getvalue()


def test_libraries_do_not_write_down_what_people_ask(log: io.StringIO) -> None:
    configure_logging("DEBUG")
    for name in ("telegram.Bot", "aiosqlite", "httpx", "sqlalchemy.engine.Engine"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO), name
    assert log.getvalue() == ""


def _raise(error: Exception) -> None:
    raise error
