"""A venue that is away for ten minutes: how often it is asked, and what people are told.

    python -m tests.soak.outage --minutes 10

Live prices come from one emulated venue, which answers 502, then cuts every connection, then sends
pages where JSON is due, a third of the time each. Alerts that look every five minutes are set in one
chat; in another somebody asks the same question once a minute.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import command_line
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import Drop, html
from tests.emulators.venues.refusals import bad_gateway
from tests.process.running import Hedgebot, live_settings

QUESTION = "/corr BTC ETH-PERP 30d"
RULES = ("BTC-PERP basis>40%", "ETH-PERP basis>40%", "SOL-PERP basis<-40%")
ASK_EVERY_S = 60.0
MOST_REQUESTS = 20
RECOVERS_WITHIN_S = 90.0
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Result:
    """What an outage has cost."""

    minutes: float
    requests: int
    answers: int
    answers_with_age: int
    alarms: int
    notices: int
    recovery_s: float

    @property
    def is_sound(self) -> bool:
        """Few requests, no false alarm, no storm, every answer says how old it is."""
        return (
            self.requests <= MOST_REQUESTS
            and self.answers == self.answers_with_age > 0
            and not self.alarms
            and self.notices <= 1
            and self.recovery_s <= RECOVERS_WITHIN_S
        )

    def __str__(self) -> str:
        return (
            f"{self.minutes:g} minutes: {self.requests} requests, {self.alarms} alarms, "
            f"{self.notices} notices, {self.answers_with_age} of {self.answers} answers with the "
            f"age of their data or the reason, seen to be back after {self.recovery_s:.0f} s"
        )


async def soak(hedgebot: Hedgebot, venues: VenueEmulator, *, minutes: float) -> Result:
    """Set alerts, let the venue go and come back, and count."""
    telegram = hedgebot.telegram
    await hedgebot.serve(timeout=PATIENCE_S)
    ann, bob = telegram.person("Ann"), telegram.person("Bob")
    for rule in RULES:
        await _answer(hedgebot, ann, f"/watch {rule}")
    await _answer(hedgebot, bob, QUESTION)
    told, asked = len(telegram.replies(ann)), len(venues.requests())
    answers = []
    for trouble in (bad_gateway(), Drop(), html(200)):
        fault = venues.faults.add(trouble)
        ends = time.monotonic() + minutes * 60 / 3
        while (left := ends - time.monotonic()) > 0:
            answers.append(await _answer(hedgebot, bob, QUESTION))
            await asyncio.sleep(min(ASK_EVERY_S, left))
        fault.clear()
    requests, began = len(venues.requests()) - asked, time.monotonic()
    async with asyncio.timeout(PATIENCE_S):
        while len(venues.requests()) - asked == requests:  # noqa: ASYNC110 - no bell for this
            await asyncio.sleep(0.2)
    recovery = time.monotonic() - began
    said = [message.words for message in telegram.replies(ann)[told:]]
    await hedgebot.stop()
    return Result(
        minutes=minutes,
        requests=requests,
        answers=len(answers),
        answers_with_age=sum(_says_its_age(answer) for answer in answers),
        alarms=sum("🔴" in words for words in said),
        notices=sum("🔴" not in words for words in said),
        recovery_s=recovery,
    )


async def _answer(hedgebot: Hedgebot, who: Person, question: str) -> Message:
    return await hedgebot.reply(who.says(question))


def _says_its_age(answer: Message) -> bool:
    """Whether an answer says until when its prices reach, or why there are none."""
    last = answer.words.splitlines()[-1]
    return "UTC" in last or "Binance" in answer.words


async def _main(chosen: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with TelegramEmulator() as telegram, VenueEmulator() as venues:
            settings = live_settings(venues, "binance")
            async with Hedgebot(telegram, folder, settings) as hedgebot:
                result = await soak(hedgebot, venues, minutes=chosen.minutes)
    print(f"outage of {result}", flush=True)
    return result.is_sound


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long")
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
