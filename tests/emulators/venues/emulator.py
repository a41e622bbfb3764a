"""One HTTP server on the loopback that answers as six venues do."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import ModuleType
from typing import Any, Self

from aiohttp import web

from tests.emulators.venues import binance, bybit, deribit, kraken, krakenfutures, okx
from tests.emulators.venues.archive import Archive
from tests.emulators.venues.bars import Source
from tests.emulators.venues.catalogue import VENUES, assets, catalogue
from tests.emulators.venues.faults import Answer, Delay, Drop, Faults, Feed, Hang, Page, Rule, Spoil
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Market, Params, Refusal
from tests.emulators.venues.options import ccxt_options
from tests.emulators.venues.record import Request
from tests.emulators.venues.walk import Walk

DIALECTS: dict[str, ModuleType] = {
    "binance": binance,
    "bybit": bybit,
    "okx": okx,
    "kraken": kraken,
    "krakenfutures": krakenfutures,
    "deribit": deribit,
}


class VenueEmulator:
    """Six venues in one server; an asynchronous context manager.

    `size` is about the number of markets a venue lists; `generated=False` lists exactly the
    archive's. Where the archive has a market its candles are served, elsewhere a seeded walk.
    `skew` moves a venue's clock against `clock`.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        size: int = 80,
        archive: Archive | None = None,
        generated: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        port: int = 0,
    ) -> None:
        self.clock = clock
        self.archive = archive
        self.walk = Walk(seed=seed, assets=assets(size, seed))
        self.faults = Faults()
        self.skew: dict[str, timedelta] = defaultdict(timedelta)
        self.url = ""
        self._port = port
        self._seen: list[Request] = []
        self._arrived = asyncio.Condition()
        self._sources = _sources(archive, self.walk, generated=generated)
        self._listings = {
            venue: _listings(venue, archive, clock(), size if generated else 0, seed)
            for venue in VENUES
        }
        self._natives = {
            venue: _by_native(DIALECTS[venue], listings)
            for venue, listings in self._listings.items()
        }

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 16)
        for venue, dialect in DIALECTS.items():
            for path, handler in dialect.routes().items():
                app.router.add_get(path, self._handle(venue, handler))
        app.router.add_route("*", "/{host}/{rest:.*}", self._handle("unknown", _nothing_there))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.faults.clear()
        await self._runner.cleanup()

    @property
    def ccxt_options(self) -> dict[str, dict[str, Any]]:
        """Constructor options of ccxt's exchanges by venue, as HEDGEBOT_CCXT_OPTIONS takes."""
        return ccxt_options(self.url)

    def listings(self, venue: str) -> tuple[Listing, ...]:
        """The markets a venue lists."""
        return self._listings[venue]

    def market(self, venue: str, rules: Sequence[Rule] = ()) -> Market:
        """A venue as it is now, seen without HTTP: the truth a test can compare with."""
        effects = [rule.effect for rule in rules]
        return Market(
            venue=venue,
            now=self.clock() + self.skew[venue],
            listings=self._listings.get(venue, ()),
            natives=self._natives.get(venue, {}),
            sources=self._sources,
            feed_changes=[effect.change for effect in effects if isinstance(effect, Feed)],
            page_changes=[effect.change for effect in effects if isinstance(effect, Page)],
        )

    def requests(self, venue: str | None = None, endpoint: str = "") -> list[Request]:
        """What was asked, in order: of one venue, of the paths containing `endpoint`."""
        return [
            request
            for request in self._seen
            if venue in {None, request.venue} and endpoint in request.path
        ]

    async def wait(self, predicate: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until the predicate holds, looking again after every request."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(predicate)

    def _handle(
        self, venue: str, handler: Callable[[Market, Params], Any]
    ) -> Callable[[web.Request], Any]:
        async def handle(http: web.Request) -> web.StreamResponse:
            request = await self._recorded(venue, http)
            rules = self.faults.striking(request)
            await _held_up(rules)
            answer = _replacement(rules) or self._answer(venue, handler, request, rules)
            response = _response(answer, rules)
            now = self.clock() + self.skew[venue]
            response.headers["Date"] = format_datetime(now.astimezone(UTC), usegmt=True)
            if venue == "binance":
                response.headers["X-MBX-USED-WEIGHT-1M"] = str(len(self._seen) % 1200)
            return await _sent(http, response, rules)

        return handle

    async def _recorded(self, venue: str, http: web.Request) -> Request:
        params = dict(http.query) | dict(http.match_info)
        request = Request(venue, http.path.lstrip("/"), params, self.clock())
        async with self._arrived:
            self._seen.append(request)
            self._arrived.notify_all()
        return request

    def _answer(
        self,
        venue: str,
        handler: Callable[[Market, Params], Any],
        request: Request,
        rules: Sequence[Rule],
    ) -> Answer:
        try:
            return Answer(200, handler(self.market(venue, rules), request.params))
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body)


async def _held_up(rules: Sequence[Rule]) -> None:
    for rule in rules:
        if isinstance(rule.effect, Delay):
            await asyncio.sleep(rule.effect.seconds)
        elif isinstance(rule.effect, Hang):
            await rule.cleared.wait()


def _replacement(rules: Sequence[Rule]) -> Answer | None:
    return next((rule.effect for rule in rules if isinstance(rule.effect, Answer)), None)


def _response(answer: Answer, rules: Sequence[Rule]) -> web.Response:
    page = isinstance(answer.body, str)
    body = answer.body.encode() if page else json.dumps(answer.body).encode()
    for rule in rules:
        if isinstance(rule.effect, Spoil):
            body = rule.effect.change(body)
    return web.Response(
        status=answer.status,
        body=body,
        headers=answer.headers,
        content_type="text/html" if page else "application/json",
    )


async def _sent(
    http: web.Request, response: web.Response, rules: Sequence[Rule]
) -> web.StreamResponse:
    drop = next((rule.effect for rule in rules if isinstance(rule.effect, Drop)), None)
    if drop is None or http.transport is None:
        return response
    if drop.after is not None and isinstance(response.body, bytes):
        await response.prepare(http)
        http.transport.write(response.body[: drop.after])
    http.transport.abort()
    return response


def _sources(archive: Archive | None, walk: Walk, *, generated: bool) -> tuple[Source, ...]:
    return (*([archive] if archive else []), *([walk] if generated else []))


def _listings(
    venue: str, archive: Archive | None, now: datetime, size: int, seed: int
) -> tuple[Listing, ...]:
    real = {
        item.symbol: item for item in (archive.listings if archive else ()) if item.venue == venue
    }
    invented = catalogue(venue, now, size=size, seed=seed) if size else ()
    return (*real.values(), *(item for item in invented if item.symbol not in real))


def _by_native(dialect: ModuleType, listings: Sequence[Listing]) -> dict[str, list[Listing]]:
    found: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        found[dialect.native(listing)].append(listing)
    return found


def _nothing_there(market: Market, params: Params) -> Any:
    raise Refusal(404, {"code": 404, "msg": f"no such path for {market.venue}: {params['rest']}"})
