"""Requests without which nothing can begin."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.settings import ConfigurationError
from bot.telegram.receiving.polling import FIRST_RETRY_S, LONGEST_RETRY_S, wait_after

log = logging.getLogger(__name__)


async def insisted(request: Callable[[], Awaitable[object]]) -> None:
    """Ask Telegram for something until it does it.

    Raises
    ------
    ConfigurationError
        Telegram will never do it: the token or the request is refused.

    """
    retry = FIRST_RETRY_S
    while True:
        try:
            await request()
        except InvalidToken as error:
            raise ConfigurationError("Telegram does not accept HEDGEBOT_TOKEN.") from error
        except BadRequest as error:
            raise ConfigurationError(f"Telegram refuses: {error.message}.") from error
        except TelegramError as error:
            log.warning("Telegram does not answer yet: %s", error)
            await asyncio.sleep(wait_after(error, retry))
            retry = min(2 * retry, LONGEST_RETRY_S)
        else:
            return
