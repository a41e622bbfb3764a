"""What operators' machines look at over HTTP: health, readiness, metrics.

Nothing here says who asked what; still, it is not for the world.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.health.readiness import Readiness


@dataclass(frozen=True, slots=True, eq=False)
class Instruments:
    """What operators' machines look at."""

    readiness: Readiness

    def routes(self) -> Sequence[web.RouteDef]:
        """Where each of them is found."""
        return (
            web.get("/healthz", healthy),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        )

    async def ready(self, _request: web.Request) -> web.Response:
        """200, or 503 with the word for what is missing."""
        missing = await self.readiness.why_not()
        if missing is None:
            return web.Response(text="ready\n")
        return web.Response(status=503, text=f"not ready: {missing}\n")

    async def metrics(self, _request: web.Request) -> web.Response:
        """Everything in Prometheus' words."""
        metrics = self.readiness.metrics
        metrics.show(await self.readiness.backlog())
        return web.Response(
            body=generate_latest(metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4},
        )


async def healthy(_request: web.Request) -> web.Response:
    """The process is alive and its event loop turns."""
    return web.Response(text="ok\n")
