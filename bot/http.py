"""The HTTP side of the process: health, readiness, metrics, and the webhook where there is one.

Nothing here says who asked what; still, only the webhook's path is for the world.
"""

from dataclasses import dataclass

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.readiness import Readiness
from bot.telegram.receiving.webhook import LARGEST_UPDATE, Webhook


@dataclass(frozen=True, slots=True, eq=False)
class Instruments:
    """What operators' machines look at."""

    readiness: Readiness

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


def application(webhook: Webhook | None, path: str, instruments: Instruments) -> web.Application:
    """The routes of this process."""
    app = web.Application(client_max_size=LARGEST_UPDATE)
    app.router.add_get("/healthz", healthy)
    app.router.add_get("/readyz", instruments.ready)
    app.router.add_get("/metrics", instruments.metrics)
    if webhook is not None:
        app.router.add_post(path, webhook.__call__)
    return app
