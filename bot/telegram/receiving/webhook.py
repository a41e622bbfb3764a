"""The webhook: our own endpoint, which says 200 only after the update is stored."""

import hmac
import json
import logging
from dataclasses import dataclass

from aiohttp import web

from bot.store.database import DatabaseError
from bot.telegram.incoming import stored_update
from bot.telegram.receiving.reception import Reception

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST_UPDATE = 1 << 20
ASK_AGAIN_AFTER_S = "5"


@dataclass(frozen=True, slots=True, eq=False)
class Webhook:
    """Receives pushed updates; strangers learn nothing from the answers."""

    reception: Reception
    secret: str

    async def __call__(self, request: web.Request) -> web.Response:
        """Check the sender, store the update, acknowledge."""
        shown = request.headers.get(SECRET_HEADER, "")
        # Bytes that are no UTF-8 arrive as halves of pairs.
        given = shown.encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self.secret.encode()):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        body = await request.read()
        try:
            update = stored_update(json.loads(body), body.decode())
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return web.Response(status=400)
        try:
            await self.reception.receive([update])
        except DatabaseError:
            log.exception("update %d is not stored; Telegram will repeat it", update.update_id)
            return web.Response(status=503, headers={"Retry-After": ASK_AGAIN_AFTER_S})
        return web.Response()
