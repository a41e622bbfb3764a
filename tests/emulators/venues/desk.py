"""The emulated venues run by hand."""

import argparse
import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from tests.emulators.venues.archive import Archive
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.refusals import too_many_requests


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the venues' desk."""
    parser.add_argument("--venues-port", type=int, default=8082, help="0 for any free one")
    parser.add_argument("--markets", type=int, default=80, help="about how many a venue lists")
    parser.add_argument("--seed", type=int, default=1, help="of the invented prices")
    parser.add_argument("--candles", type=Path, help="folder with manifest.json and parquet files")
    parser.add_argument("--end", help="instant of those candles that is to be now, ISO 8601")
    parser.add_argument("--only-candles", action="store_true", help="list only what is there")
    parser.add_argument("--limited", metavar="VENUE", help="this venue always answers 429")


async def run(arguments: argparse.Namespace) -> None:
    """Serve until cancelled, after printing what the bot must be started with."""
    async with emulator(arguments) as venues:
        print(f"venues at {venues.url}", flush=True)
        print(environment(venues), flush=True)
        if venues.archive:
            print(f"candles moved by {venues.archive.shift}", flush=True)
        if arguments.limited:
            answer = too_many_requests(arguments.limited, retry_after=30)
            venues.faults.add(answer, venue=arguments.limited)
        await asyncio.Event().wait()


def emulator(arguments: argparse.Namespace) -> VenueEmulator:
    """Return an emulator as the arguments ask for it."""
    archive = _archive(arguments) if arguments.candles else None
    return VenueEmulator(
        seed=arguments.seed,
        size=arguments.markets,
        archive=archive,
        generated=not (archive and arguments.only_candles),
        port=arguments.venues_port,
    )


def environment(venues: VenueEmulator) -> str:
    """Return the line that leads the bot to the emulator."""
    return f"HEDGEBOT_CCXT_OPTIONS='{json.dumps(venues.ccxt_options)}'"


def _archive(arguments: argparse.Namespace) -> Archive:
    end = datetime.fromisoformat(arguments.end) if arguments.end else None
    return Archive(arguments.candles, datetime.now(UTC), end and end.replace(tzinfo=UTC))
