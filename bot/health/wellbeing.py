"""How the bot is: what its process has counted, and what its database says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version

from analytics.market.prices import Origin, PriceSource
from bot.health.metrics import Metrics
from bot.health.venue_diary import VenueDiary
from bot.store.backlog import backlog
from bot.store.database import Database
from bot.store.ledger import Ledger
from bot.store.standing import alert_phases, chat_health, chats_known, executors_alive
from handlers._health import ChatHealth, Overview, Standing, VenueHealth


@dataclass(frozen=True, slots=True, eq=False)
class Wellbeing:
    """Answers `/status`. ``started`` is when this process began."""

    source: PriceSource
    database: Database
    metrics: Metrics
    diary: VenueDiary
    started: datetime
    version: str = field(default_factory=lambda: version("hedgebot"))

    @property
    def origin(self) -> Origin:
        """Where prices come from."""
        return self.source.origin

    def venues(self) -> Sequence[VenueHealth]:
        """What each venue last said; nothing where prices are not live."""
        return [] if self.origin.warning else self.diary.health(self.source.venues)

    async def waiting(self) -> Mapping[str, int]:
        """Work that is due and not done."""
        found = await backlog(self.database)
        return {queue.name: queue.waiting for queue in found.queues}

    async def chat(self, chat_id: int) -> ChatHealth:
        """What waits in one chat."""
        return await chat_health(self.database, chat_id)

    async def overview(self) -> Overview:
        """Counts over all chats."""
        found = await backlog(self.database)
        counted = {(kind, state): n for kind, state, n in found.subscriptions}
        return Overview(
            chats=await chats_known(self.database),
            digests=Standing(counted["digests", "running"], counted["digests", "paused"]),
            alerts=await alert_phases(self.database),
            answers=self._answers(),
            executors=await executors_alive(self.database),
            in_doubt=[entry.key for entry in await Ledger(self.database).in_doubt()],
        )

    def _answers(self) -> Mapping[str, int]:
        """Answers by outcome."""
        found = Counter[str]()
        for family in self.metrics.counted.answers.collect():
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    found[sample.labels["outcome"]] += int(sample.value)
        return found
