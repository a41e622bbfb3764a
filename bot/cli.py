"""The command line: run, ask, check, backup, restore, requeue."""

import argparse
import asyncio
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.log import configure_logging
from bot.settings import ConfigurationError, Settings, load_settings

log = logging.getLogger(__name__)

TOKEN = re.compile(r"\b\d{6,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
OK, OUR_BUG, WRONG, SOURCE_FAILED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``hedgebot``; returns the exit status.

    0 answered, 1 our bug, 2 the question or a setting is wrong, 3 a venue failed.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _refuse_token_among(arguments)
        chosen = _parser().parse_args(arguments)
        settings = load_settings()
        configure_logging(
            chosen.log_level or settings.log_level,
            secrets=settings.secrets,
            form=settings.log_format,
        )
        return int(chosen.work(settings, chosen))
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a terminal program
        return WRONG
    except KeyboardInterrupt:
        return 128 + 2
    except Exception:
        # The interpreter's own traceback would not be redacted.
        log.critical("hedgebot ended by its own mistake", exc_info=True)
        return OUR_BUG


def _refuse_token_among(arguments: Sequence[str]) -> None:
    """Every user of a machine sees the words with which its processes were started."""
    if any(TOKEN.search(argument) for argument in arguments):
        raise ConfigurationError(
            "A token stands on the command line, where everybody on this machine can read it. "
            "Put it into HEDGEBOT_TOKEN_FILE, and have @BotFather make a new one."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hedgebot", description="How closely two markets move, and what hedges a position."
    )
    commands = parser.add_subparsers(
        required=True, metavar="run | ask | check | backup | restore | requeue"
    )
    run = commands.add_parser("run", help="serve Telegram until stopped")
    run.set_defaults(work=_run, log_level=None)
    ask = commands.add_parser("ask", help="answer one question here, without Telegram")
    ask.add_argument("question", nargs="+", help="such as /corr BTC ETH-PERP 30d")
    ask.add_argument("--chart", type=Path, metavar="FILE", help="where to write the picture (PNG)")
    ask.add_argument("--json", action="store_true", help="print the numbers, nothing else")
    ask.set_defaults(work=_ask, log_level="WARNING")
    check = commands.add_parser("check", help="are settings, token, database and venues sound?")
    check.set_defaults(work=_check, log_level="ERROR")
    backup = commands.add_parser("backup", help="copy the database while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE", help="where to; it must not exist")
    backup.set_defaults(work=_backup, log_level="ERROR")
    restore = commands.add_parser("restore", help="put a backup in the place of the database")
    restore.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="none: after PostgreSQL's pg_restore"
    )
    restore.set_defaults(work=_restore, log_level="ERROR")
    requeue = commands.add_parser("requeue", help="try again what was given up")
    requeue.add_argument("key", nargs="?", metavar="KEY", help="only this one")
    requeue.set_defaults(work=_requeue, log_level="ERROR")
    return parser


# The heavy imports wait until it is known that they are needed: --help answers at once.


def _run(settings: Settings, _chosen: argparse.Namespace) -> int:
    from bot.telegram.service import serve  # noqa: PLC0415

    asyncio.run(serve(settings))
    return OK


def _ask(settings: Settings, chosen: argparse.Namespace) -> int:
    from bot.terminal import ask  # noqa: PLC0415

    question = " ".join(chosen.question)
    return asyncio.run(ask(settings, question, chart=chosen.chart, as_json=chosen.json))


def _check(settings: Settings, _chosen: argparse.Namespace) -> int:
    from bot.diagnosis import check  # noqa: PLC0415

    return asyncio.run(check(settings))


def _backup(settings: Settings, chosen: argparse.Namespace) -> int:
    from bot.backup import backup  # noqa: PLC0415

    return backup(settings, chosen.file)


def _restore(settings: Settings, chosen: argparse.Namespace) -> int:
    from bot.backup import restore  # noqa: PLC0415

    return asyncio.run(restore(settings, chosen.file))


def _requeue(settings: Settings, chosen: argparse.Namespace) -> int:
    from bot.backup import requeue  # noqa: PLC0415

    return asyncio.run(requeue(settings, chosen.key))
