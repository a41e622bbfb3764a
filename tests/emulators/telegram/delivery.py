"""How updates reach the bot: getUpdates, setWebhook and their relatives."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.emulators.telegram.method import Method, Query, method
from tests.emulators.telegram.refusals import bad_request, conflict
from tests.emulators.telegram.webhook import Webhook
from tests.emulators.telegram.world import World

MAX_LIMIT = 100
MAX_LONG_POLL = 50


class Delivery:
    """One reader at a time: a long poll or a webhook."""

    def __init__(self, world: World, *, time_factor: float) -> None:
        self._world = world
        self._time_factor = time_factor
        self._poller: object | None = None
        self._closing = False
        self.webhook: Webhook | None = None

    def methods(self) -> tuple[Method, ...]:
        return (
            method("getUpdates", self._get_updates, "offset limit timeout allowed_updates"),
            method(
                "setWebhook",
                self._set_webhook,
                "url max_connections allowed_updates drop_pending_updates secret_token",
            ),
            method("deleteWebhook", self._delete_webhook, "drop_pending_updates"),
            method("getWebhookInfo", self._webhook_info),
        )

    async def close(self) -> None:
        self._closing = True
        self._world.bell.ring()
        await self._replace_webhook(None)

    async def _get_updates(self, world: World, query: Query) -> list[dict[str, Any]]:
        if self.webhook:
            text = "can't use getUpdates method while webhook is active"
            raise conflict(f"{text}; use deleteWebhook to delete the webhook first")
        me = self._poller = object()
        self._allow(query)
        world.updates.acknowledge(query["offset"] or 0)
        seconds = min(max(query["timeout"] or 0, 0), MAX_LONG_POLL)
        await self._something_to_tell(me, seconds)
        self._check_still_reading(me)
        self._poller = None
        limit = min(max(query["limit"] or MAX_LIMIT, 1), MAX_LIMIT)
        return [update.as_json() for update in world.updates.waiting()[:limit]]

    async def _something_to_tell(self, me: object, seconds: float) -> None:
        def ready() -> bool:
            return self._poller is not me or self._closing or len(self._world.updates) > 0

        try:
            await self._world.bell.until(ready, seconds)
        except TimeoutError:
            return

    def _check_still_reading(self, me: object) -> None:
        if self.webhook:
            raise conflict("terminated by setWebhook request")
        if self._poller is not me:
            text = "terminated by other getUpdates request"
            raise conflict(f"{text}; make sure that only one bot instance is running")

    async def _set_webhook(self, world: World, query: Query) -> bool:
        url, secret = query["url"] or "", query["secret_token"] or ""
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        connections = query["max_connections"] or 40
        if not url:
            return await self._delete_webhook(world, query)
        _check_url(url)
        self._allow(query)
        if query["drop_pending_updates"]:
            world.updates.clear()
        hook = Webhook(world, url, secret, min(max(connections, 1), 100), self._time_factor)
        await self._replace_webhook(hook)
        return True

    async def _delete_webhook(self, world: World, query: Query) -> bool:
        await self._replace_webhook(None)
        if query["drop_pending_updates"]:
            world.updates.clear()
        return True

    def _webhook_info(self, world: World, _query: Query) -> dict[str, Any]:
        hook = self.webhook
        info: dict[str, Any] = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(world.updates),
        }
        if hook:
            info |= {"max_connections": hook.max_connections} | hook.last_error
        if world.updates.allowed:
            info["allowed_updates"] = list(world.updates.allowed)
        return info

    async def _replace_webhook(self, new: Webhook | None) -> None:
        old, self.webhook = self.webhook, new
        if old:
            await old.close()
        # Another request may have replaced it again meanwhile.
        if new and self.webhook is new:
            self._poller = None
            new.open()
        self._world.bell.ring()

    def _allow(self, query: Query) -> None:
        if query["allowed_updates"] is not None:
            self._world.updates.allowed = tuple(query["allowed_updates"])


def _check_url(url: str) -> None:
    """Telegram takes HTTPS only; the emulator also HTTP on this machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not local:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
