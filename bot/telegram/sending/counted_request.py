"""The way to Telegram's server, with every request counted."""

import re

from telegram._utils.types import ODVInput
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.health.metrics import OK, OTHER, Metrics
from bot.telegram.refusals import NotSent, verdict_on

Timeout = ODVInput[float]

METHOD = re.compile(r"[A-Za-z]{3,40}")
RECEIVING = {"getupdates": "getUpdates"}
SERVER_ERROR = 500


class CountedRequest(BaseRequest):
    """Hands every request to another; the library demands a subclass of its own."""

    __slots__ = ("_metrics", "_request")

    def __init__(self, request: BaseRequest, metrics: Metrics) -> None:
        self._request = request
        self._metrics = metrics

    @property
    def read_timeout(self) -> float | None:
        """That of the request behind."""
        return self._request.read_timeout

    async def initialize(self) -> None:
        """Open the request behind."""
        await self._request.initialize()

    async def shutdown(self) -> None:
        """Close the request behind."""
        await self._request.shutdown()

    async def do_request(  # noqa: PLR0917 - the signature of the library
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send, and count how it ended."""
        name = _method_of(url)
        try:
            status, payload = await self._request.do_request(
                url,
                method,
                request_data=request_data,
                read_timeout=read_timeout,
                write_timeout=write_timeout,
                connect_timeout=connect_timeout,
                pool_timeout=pool_timeout,
            )
        except TelegramError as error:
            verdict = "not_sent" if isinstance(verdict_on(error), NotSent) else "unknown"
            self._metrics.telegram_answered(name, verdict, reached=False)
            raise
        is_ok = status == 200  # noqa: PLR2004 - HTTP's OK
        self._metrics.telegram_answered(
            name, OK if is_ok else str(status), reached=status < SERVER_ERROR
        )
        return status, payload


def _method_of(url: str) -> str:
    """The Bot API's method; our own way to receive spells its with underscores."""
    last = url.rpartition("/")[2].replace("_", "")
    return RECEIVING.get(last, last) if METHOD.fullmatch(last) else OTHER
