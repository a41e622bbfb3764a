"""Real candles through live ccxt and Telegram give the numbers that the archive gives."""

import math
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import opened_answers
from bot.settings import Settings
from bot.telegram.markup import plain, written
from tests.emulators.venues.archive import Archive
from tests.emulators.venues.emulator import VenueEmulator
from tests.process.running import Hedgebot, live_settings, webhook_settings

pytestmark = pytest.mark.slow

QUESTIONS = (
    "/corr ETH BTC-PERP 30d",
    "/corr BTC BTC-PERP 30d",
    "/hedge 2.5 BTC BTC-INV 30d",
    "/corr BTC ETH SOL 30d",
)
END = datetime(2024, 8, 7, tzinfo=UTC)
"""The crash of 5 August 2024 lies in the window, and every market still has candles."""
EXACT = 1e-9
OF_THE_SOURCE_TOO = {"as_of", "prices", "time", "notes", "asked", "id"}
"""The id counts the times of the bars, which the emulator shifts to now."""
OF_THE_SOURCE = re.compile(r" UTC|⚠ Archived prices\.|^\s+\$[\d,]+ \(\+\d+ %\)$")
"""The time, the warning, and the liquidation price: ccxt tells no maintenance rate of Binance, the
archive's table of contracts does."""
A_DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2}( \d\d)?\b")
"""When something broke: shifted to now as well, and not to be seen at every hour."""


@pytest.fixture
async def venues(market_data: Path) -> AsyncIterator[VenueEmulator]:
    archive = Archive(market_data, datetime.now(UTC), END)
    async with VenueEmulator(archive=archive, generated=False) as served:
        yield served


@pytest.fixture(params=["polling", "webhook"])
def receiving(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings for both ways to receive."""
    return webhook_settings() if request.param == "webhook" else {}


async def test_telegram_shows_what_the_archive_says(
    hedgebot: Hedgebot,
    receiving: dict[str, str],
    venues: VenueEmulator,
    market_data: Path,
    database_url: str,
) -> None:
    hedgebot.settings |= (
        live_settings(venues, "binance") | receiving | {"HEDGEBOT_DATABASE_URL": database_url}
    )
    telegram = hedgebot.telegram
    people = [telegram.person(name) for name in ("Ann", "Bob", "Cyd", "Dee")]
    await hedgebot.serve()
    asked = [who.says(question) for who, question in zip(people, QUESTIONS, strict=True)]
    shown = [await hedgebot.reply(question) for question in asked]
    for question, answer in zip(QUESTIONS, shown, strict=True):
        assert answer.photo, f"{answer.words}\n{hedgebot.log}"
        ended = said_end(answer.words) - venues.archive.shift
        assert numbers_in(answer.words) == await archived_lines(market_data, question, ended)


async def test_the_terminal_gives_the_same_to_nine_digits(
    hedgebot: Hedgebot, venues: VenueEmulator, market_data: Path
) -> None:
    hedgebot.settings |= live_settings(venues, "binance")
    lived = [await hedgebot.numbers(question) for question in QUESTIONS]
    for question, found in zip(QUESTIONS, lived, strict=True):
        ended = datetime.fromisoformat(found["as_of"]) - venues.archive.shift
        expected = await archived(market_data, question, ended)
        assert differences(found, expected) == []
    hedgebot.settings["HEDGEBOT_PRICES"] = f"archive:{market_data}"
    ended = datetime.fromisoformat(lived[0]["as_of"]) - venues.archive.shift
    printed = await hedgebot.numbers(f"{QUESTIONS[0]} {ending(ended)}")
    assert differences(lived[0], printed) == []


def said_end(caption: str) -> datetime:
    """The close of the last bar, from the caption: within the last day."""
    said = re.search(r"(\d\d):(\d\d) UTC", caption)
    assert said, caption
    now = datetime.now(UTC)
    end = now.replace(hour=int(said[1]), minute=int(said[2]), second=0, microsecond=0)
    return end if end <= now else end - timedelta(days=1)


def numbers_in(caption: str) -> list[str]:
    """A caption's lines but those that say where the prices are from, and without days."""
    lines = (line for line in caption.splitlines() if not OF_THE_SOURCE.search(line))
    return [A_DAY.sub("a day", line) for line in lines]


def ending(end: datetime) -> str:
    return f"end={end:%Y-%m-%dT%H:%M}"


async def archived_lines(folder: Path, question: str, end: datetime) -> list[str]:
    settings = Settings(prices=f"archive:{folder}", _env_file=None)
    async with opened_answers(settings, None) as (answers, _):
        reply = (await answers.answer(f"{question} {ending(end)}")).reply
    return numbers_in(plain(written(reply).html).rstrip())


async def archived(folder: Path, question: str, end: datetime) -> dict[str, Any]:
    settings = Settings(prices=f"archive:{folder}", _env_file=None)
    async with opened_answers(settings, None) as (answers, _):
        answer = await answers.answer(f"{question} {ending(end)} nochart")
    return dict(answer.reply.numbers)


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two sets of numbers differ, but for their times and their source."""
    match one, other:
        case dict(), dict():
            keys = (one.keys() | other.keys()) - OF_THE_SOURCE_TOO
            pairs = [(key, one.get(key), other.get(key)) for key in sorted(keys)]
        case list(), list() if len(one) == len(other):
            pairs = [(index, *both) for index, both in enumerate(zip(one, other, strict=True))]
        case (int() | float(), int() | float()):
            close = math.isclose(one, other, rel_tol=EXACT, abs_tol=EXACT)
            return [] if close else [f"{path}: {one} is not {other}"]
        case _:
            return [] if one == other else [f"{path}: {one} is not {other}"]
    return [found for key, a, b in pairs for found in differences(a, b, f"{path}/{key}")]
