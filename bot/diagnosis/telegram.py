"""Telegram: does it know the token, and does it reach us where it should push."""

from collections.abc import AsyncIterator
from datetime import timedelta

from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.app import utc_now
from bot.diagnosis.finding import Finding
from bot.settings import ConfigurationError, Settings
from bot.telegram.client import opened_bot

RECENTLY = timedelta(hours=1)


async def telegram_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Ask Telegram who we are and how it delivers; nothing is changed there."""
    try:
        async with opened_bot(settings) as bot:
            await bot.initialize()
            mode = "webhook" if settings.webhook_url else "long polling"
            yield Finding("Telegram", f"serves as @{bot.username} by {mode}")
            yield await _delivery(settings, bot)
    except InvalidToken:
        # Its own words repeat the token.
        yield Finding("Telegram", "does not accept HEDGEBOT_TOKEN", is_sound=False)
    except (ConfigurationError, TelegramError) as error:
        yield Finding("Telegram", str(error), is_sound=False)


async def _delivery(settings: Settings, bot: Bot) -> Finding:
    info = await bot.get_webhook_info()
    waiting = f"{info.pending_update_count} updates wait at Telegram"
    trouble = _trouble(info)
    if settings.webhook_url is None or info.url == settings.webhook_url:
        return Finding("Updates", f"{waiting}{trouble}", is_sound=not trouble)
    if not info.url:
        return Finding("Updates", f"{waiting}; the webhook is set when hedgebot runs")
    sentence = f"{waiting}, which pushes them to another address until hedgebot runs{trouble}"
    return Finding("Updates", sentence)


def _trouble(info: WebhookInfo) -> str:
    date = info.last_error_date
    if date is None or utc_now() - date > RECENTLY:
        return ""
    return f"; at {date:%H:%M} UTC it could not push: {info.last_error_message}"
