"""The command line: run, ask, check."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.settings import ConfigurationError, Settings, load_settings

OK, OUR_BUG, WRONG, SOURCE_FAILED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``hedgebot``; returns the exit status.

    0 answered, 1 our bug, 2 the question or a setting is wrong, 3 a venue failed.
    """
    chosen = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        return int(chosen.work(settings, chosen))
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a terminal program
        return WRONG
    except KeyboardInterrupt:
        return 128 + 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hedgebot", description="How closely two markets move, and what hedges a position."
    )
    commands = parser.add_subparsers(required=True, metavar="run | ask | check")
    run = commands.add_parser("run", help="serve Telegram until stopped")
    run.set_defaults(work=_run)
    ask = commands.add_parser("ask", help="answer one question here, without Telegram")
    ask.add_argument("question", help='such as "/corr BTC ETH-PERP 30d"')
    ask.add_argument("--chart", type=Path, metavar="FILE", help="where to write the picture (PNG)")
    ask.add_argument("--json", action="store_true", help="print the numbers, nothing else")
    ask.set_defaults(work=_ask)
    check = commands.add_parser("check", help="are settings, token, database and venues sound?")
    check.set_defaults(work=_check)
    return parser


# The heavy imports wait until it is known that they are needed: --help answers at once.


def _run(settings: Settings, _chosen: argparse.Namespace) -> int:
    from bot.log import configure_logging  # noqa: PLC0415
    from bot.telegram.service import serve  # noqa: PLC0415

    configure_logging(settings.log_level, secrets=_secrets(settings))
    asyncio.run(serve(settings))
    return OK


def _ask(settings: Settings, chosen: argparse.Namespace) -> int:
    from bot.log import configure_logging  # noqa: PLC0415
    from bot.terminal import ask  # noqa: PLC0415

    configure_logging("WARNING", secrets=_secrets(settings))
    return asyncio.run(ask(settings, chosen.question, chart=chosen.chart, as_json=chosen.json))


def _check(settings: Settings, _chosen: argparse.Namespace) -> int:
    from bot.diagnosis import check  # noqa: PLC0415
    from bot.log import configure_logging  # noqa: PLC0415

    configure_logging("ERROR", secrets=_secrets(settings))
    return asyncio.run(check(settings))


def _secrets(settings: Settings) -> frozenset[str]:
    return frozenset(
        secret.get_secret_value()
        for secret in (settings.token, settings.webhook_secret)
        if secret is not None and secret.get_secret_value()
    )
