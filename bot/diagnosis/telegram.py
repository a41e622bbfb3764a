"""Telegram: does it know the token, and does it reach us where it should push."""

from collections.abc import AsyncIterator
from datetime import timedelta

from telegram import (
    Bot,
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    WebhookInfo,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.app import utc_now
from bot.diagnosis.finding import Finding
from bot.settings import ConfigurationError, Settings
from bot.telegram.sending.client import opened_bot

RECENTLY = timedelta(hours=1)


async def telegram_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Ask Telegram who we are and how it delivers; nothing is changed there."""
    try:
        async with opened_bot(settings) as bot:
            await bot.initialize()
            mode = "webhook" if settings.webhook_url else "long polling"
            yield Finding("Telegram", f"serves as @{bot.username} by {mode}")
            yield await _delivery(settings, bot)
            async for finding in _inline(settings, bot):
                yield finding
    except InvalidToken:
        # Its own words repeat the token.
        yield Finding("Telegram", "does not accept HEDGEBOT_TOKEN", is_sound=False)
    except (ConfigurationError, TelegramError) as error:
        yield Finding("Telegram", str(error), is_sound=False)


async def _inline(settings: Settings, bot: Bot) -> AsyncIterator[Finding]:
    if not bot.supports_inline_queries:
        yield Finding("Inline", "is off; /setinline at @BotFather turns it on")
    elif settings.pictures_chat is None:
        yield Finding("Inline", "answers in words; HEDGEBOT_PICTURES_CHAT would give them pictures")
    else:
        yield await _pictures(bot, settings.pictures_chat)


async def _pictures(bot: Bot, chat_id: int) -> Finding:
    """Whether pictures can be uploaded; nothing is sent to find out."""
    try:
        place = await bot.get_chat_member(chat_id, bot.id)
        chat = await bot.get_chat(chat_id)
    except (BadRequest, Forbidden) as error:
        sentence = f"the chat of HEDGEBOT_PICTURES_CHAT cannot be used: {error.message}"
        return Finding("Inline", sentence, is_sound=False)
    match place:
        case ChatMemberAdministrator():
            may_post = chat.type != Chat.CHANNEL or bool(place.can_post_messages)
        case ChatMemberRestricted():
            may_post = place.is_member and place.can_send_photos
        case _:
            may_post = chat.type != Chat.CHANNEL and place.status in {
                ChatMember.MEMBER,
                ChatMember.OWNER,
            }
    where = f"the {chat.type} chat of HEDGEBOT_PICTURES_CHAT"
    if not may_post:
        return Finding("Inline", f"the bot may not post in {where}", is_sound=False)
    return Finding("Inline", f"answers with pictures, uploaded to {where}")


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
