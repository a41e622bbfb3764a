"""A question, a digest and an alert that end the process whenever they are touched, among others.

    python -m tests.soak.poison --others 80 --seed 1

Prices come from an emulated venue. Each of the three is about a coin of its own, and whenever the
venue is asked for that coin's candles the process is killed and started again. Half of the others are
alerts, a quarter digests, a quarter questions, some of which come while all this goes on; the venue
takes its time, so that others are under way at each death.

Each of the three is to be set aside after its limit and its chat told once, all others are to get
what they wait for. Then the poison is cured; `/requeue` brings one of the two standing questions back
and `hedgebot requeue` the other, the question is asked again, and each is to arrive exactly once.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app import POISONED
from bot.store.alerts import SqlAlerts
from bot.store.database import Database, open_database
from bot.store.digest_runs import MOST_ATTEMPTS as MOST_OF_DIGEST
from bot.store.digests import SqlDigests
from bot.store.mail import SqlMail
from bot.store.watching import MOST_ATTEMPTS as MOST_OF_ALERT
from bot.telegram.talking.conversation import GIVE_UP_AFTER, GIVEN_UP
from handlers import Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from tests.command_line import AN_EMPTY_DATABASE, THE_SEED, command_line
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import Delay, Hang, Rule
from tests.emulators.venues.record import Request
from tests.process.running import Hedgebot, live_settings
from tests.soak.crowd import REPLY, Crowd, Outcome, finished, left
from tests.soak.distance import IN_FLIGHT, move_away

QUESTION, DIGEST, ALERT = "question", "digest", "alert"
COINS = {QUESTION: "ADA", DIGEST: "LTC", ALERT: "AVAX"}
LIMITS = {QUESTION: GIVE_UP_AFTER, DIGEST: MOST_OF_DIGEST, ALERT: MOST_OF_ALERT}
ASKED = f"/corr {COINS[QUESTION]} ETH-PERP 14d nochart brief"
VENUE_S = 0.3
"""What the venue takes for a page of candles: so long others are under way when one dies."""
PATIENCE_S = 900.0
EXCUSE = str(GIVEN_UP).partition(":")[0]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the poison and of the others.

    ``ended`` counts the lives in which each was touched, ``told`` and ``came`` the messages of each
    before and after it was cured. ``set_aside`` is what operators were shown meanwhile.
    """

    lives: int
    ended: Mapping[str, int]
    told: Mapping[str, int]
    came: Mapping[str, int]
    set_aside: frozenset[str]
    poison: frozenset[str]
    excused: int
    others: Outcome

    @property
    def is_sound(self) -> bool:
        """The poison is set aside in time and comes back; nobody else pays for it."""
        return (
            all(0 < self.ended[kind] <= limit for kind, limit in LIMITS.items())
            and all(self.told[kind] == self.came[kind] == 1 for kind in COINS)
            and self.set_aside == self.poison
            and not self.excused
            and self.others.is_sound(deaths=self.lives, in_flight=IN_FLIGHT)
        )

    def __str__(self) -> str:
        ended = ", ".join(f"{kind} {self.ended[kind]} of {most}" for kind, most in LIMITS.items())
        innocent = len(self.set_aside - self.poison) + self.excused
        return (
            f"{self.lives} deaths ({ended}), set aside: {', '.join(sorted(self.set_aside))}; "
            f"told {_each(self.told)}; cured: came {_each(self.came)}; "
            f"{innocent} others set aside; {self.others}"
        )


@dataclass(slots=True, eq=False)
class Poison:
    """Who waits for the three, and the process that each of them ends."""

    hedgebot: Hedgebot
    venues: VenueEmulator
    people: Mapping[str, Person]
    faults: list[Rule]
    names: dict[str, str] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    lives: int = 0

    async def prepare(self, database: Database) -> None:
        """Ask, and keep what is due, as the bot itself does."""
        now = datetime.now(UTC).replace(microsecond=0)
        self.people[QUESTION].says(ASKED)
        chat = self.people[DIGEST].id
        at = DailyTime(now.hour * 60 + now.minute, "UTC")
        asked = f"/digest {COINS[DIGEST]} ETH-PERP 14d"
        digest = await SqlDigests(database).add(
            NewDigest(chat, Room(chat), asked, at, now, "poison digest")
        )
        chat = self.people[ALERT].id
        rule = replace(rule_of(f"{COINS[ALERT]} ETH-PERP corr<0.999 14d"), checks=1)
        alert = await SqlAlerts(database).add(
            NewAlert(chat, Room(chat), rule, State(), now, now, "poison alert")
        )
        self.names = {DIGEST: f"digest:{digest.id}", ALERT: f"alert:{alert.id}"}

    async def lived(self, until: asyncio.Task[None]) -> bool:
        """Serve until one of the three is touched, and kill; False where that was not to come."""
        known = len(self._touches())
        await self.hedgebot.start()
        touched = asyncio.create_task(
            self.venues.wait(lambda: len(self._touches()) > known, PATIENCE_S)
        )
        await asyncio.wait([touched, until], return_when=asyncio.FIRST_COMPLETED)
        touched.cancel()
        if until.done():
            return False
        await self.hedgebot.kill()
        self.lives += 1
        self.ended.update({kind for request in self._touches()[known:] if (kind := _kind(request))})
        return True

    def cure(self) -> None:
        """Let the venue answer from now on."""
        for fault in self.faults:
            fault.clear()

    def _touches(self) -> list[Request]:
        return [request for request in self.venues.requests() if _kind(request)]


async def soak(hedgebot: Hedgebot, venues: VenueEmulator, *, others: int, seed: int) -> Result:
    """Make everything due at once, start the process as often as it dies, then cure and requeue."""
    telegram, crowd = hedgebot.telegram, Crowd(hedgebot.telegram)
    move_away(telegram)
    hangs = [venues.faults.add(Hang(), when=lambda request: bool(_kind(request)))]
    venues.faults.add(Delay(VENUE_S), path="klines")
    people = {kind: telegram.person(f"Waits for the {kind}") for kind in COINS}
    operator = telegram.person("Operator")
    hedgebot.settings |= live_settings(venues, "binance")
    hedgebot.settings["HEDGEBOT_OPERATORS"] = str(operator.id)
    poison = Poison(hedgebot, venues, people, hangs)
    database = await open_database(hedgebot.settings["HEDGEBOT_DATABASE_URL"])
    try:
        await poison.prepare(database)
        await crowd.subscribe(database, alerts=others // 2, digests=others // 4)
        await _outlived(poison, crowd, database, asks=others // 4, chance=random.Random(seed))
        mail = SqlMail(database, POISONED)
        set_aside = frozenset(dead.name for dead in await mail.dead())
        told = _messages(crowd, people)
        poison.cure()
        turn = (DIGEST, ALERT) if seed % 2 else (ALERT, DIGEST)
        await _requeued(poison, operator, *turn)
        await _done(hedgebot, crowd, database)
        # What came twice would come now.
        await hedgebot.stop()
        await hedgebot.serve(timeout=PATIENCE_S)
        await _done(hedgebot, crowd, database)
        await hedgebot.stop()
        replies = [text for chat in crowd.waiting[REPLY] for text in crowd.got().get(chat, ())]
        return Result(
            lives=poison.lives,
            ended=poison.ended,
            told=told,
            came={kind: n - told[kind] for kind, n in _messages(crowd, people).items()},
            set_aside=set_aside,
            poison=frozenset(poison.names.values()),
            excused=sum(EXCUSE in text for text in replies),
            others=await crowd.outcome(database),
        )
    finally:
        await database.close()


async def _outlived(
    poison: Poison, crowd: Crowd, database: Database, *, asks: int, chance: random.Random
) -> None:
    """Start the process as often as it dies, until nobody waits; others ask in each life."""
    deaths = sum(LIMITS.values())
    crowd.ask(asks - asks // 2, chance)
    rest = asks // 2
    settled = asyncio.create_task(_settled(crowd, database, poison.hedgebot))
    while await poison.lived(settled):
        n = min(rest, -(-asks // deaths))
        crowd.ask(n, chance)
        rest -= n
    await settled
    crowd.ask(rest, chance)
    await _done(poison.hedgebot, crowd, database)


async def _settled(crowd: Crowd, database: Database, hedgebot: Hedgebot) -> None:
    """Return when nothing waits, though the process may be away at any moment."""
    async with asyncio.timeout(PATIENCE_S):
        while (  # noqa: ASYNC110 - another process does the work
            crowd.unpushed or not hedgebot.is_running or await left(database)
        ):
            await asyncio.sleep(0.2)


async def _done(hedgebot: Hedgebot, crowd: Crowd, database: Database) -> None:
    await finished(crowd, database, lambda: hedgebot.is_running, PATIENCE_S)


async def _requeued(poison: Poison, operator: Person, first: str, second: str) -> None:
    """Bring one back by Telegram and the other by the command line; ask the question again."""
    hedgebot = poison.hedgebot
    listed = await hedgebot.reply(operator.says("/requeue"))
    assert all(name in listed.words for name in poison.names.values()), listed.words
    revived = await hedgebot.reply(operator.says(f"/requeue {poison.names[first]}"))
    assert "Tried again: 1" in revived.words, revived.words
    printed = await hedgebot.command("requeue", poison.names[second])
    assert "1 will be tried again" in printed, printed
    await hedgebot.reply(poison.people[QUESTION].says(ASKED))


def _kind(request: Request) -> str | None:
    """Which of the three needs what the venue is asked for."""
    if "klines" not in request.path:
        return None
    asked = request.params.get("symbol")
    return next((kind for kind, coin in COINS.items() if asked == f"{coin}USDT"), None)


def _messages(crowd: Crowd, people: Mapping[str, Person]) -> dict[str, int]:
    got = crowd.got()
    return {kind: len(got.get(who.id, ())) for kind, who in people.items()}


def _each(counts: Mapping[str, int]) -> str:
    return "once each" if set(counts.values()) == {1} else str(dict(counts))


async def _main(chosen: argparse.Namespace) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = chosen.database or f"sqlite:///{folder / 'hedgebot.sqlite'}"
        async with (
            TelegramEmulator() as telegram,
            VenueEmulator() as venues,
            Hedgebot(telegram, folder, {"HEDGEBOT_DATABASE_URL": url}) as hedgebot,
        ):
            result = await soak(hedgebot, venues, others=chosen.others, seed=chosen.seed)
            if not result.is_sound:
                print(hedgebot.log[-4000:], file=sys.stderr)
    print(f"seed {chosen.seed}: {result}, {time.monotonic() - began:.0f} s", flush=True)
    return result.is_sound


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--others", type=int, default=80, help="innocent jobs")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    parser.add_argument("--database", help=AN_EMPTY_DATABASE)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
