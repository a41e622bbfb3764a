"""Inline mode as the server plays it: what it takes, shows again, and puts into chats."""

from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest, TelegramError

from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import picture

WORDS = InputTextMessageContent("<b>0.8</b>", "HTML")


def article(name: str = "1", title: str = "BTC and ETH", **more: Any) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(name, title, WORDS, **more)


async def uploaded(emulator: TelegramEmulator, bot: Bot) -> str:
    channel = emulator.channel("Pictures", [emulator.person("Olga")])
    return (await bot.send_photo(channel.id, picture())).photo[-1].file_id


async def test_a_chosen_picture_stands_in_a_group_where_the_bot_is_not(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann, ben = emulator.person("Ann"), emulator.person("Ben")
    desk = emulator.group("Desk", [ann], bot=None)
    file_id = await uploaded(emulator, bot)
    link = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url="https://t.me/x?start=a")]])
    photo = InlineQueryResultCachedPhoto(
        "p", file_id, caption="<b>0.8</b>", parse_mode="HTML", reply_markup=link
    )
    asked = ann.asks_inline("BTC ETH")
    await bot.answer_inline_query(asked.id, [photo, article()])
    sent = ann.chooses(asked, "p", chat=desk)
    assert sent.photo == picture()
    assert (sent.caption, sent.labels) == ("0.8", [["Open"]])
    assert sent.as_json()["via_bot"]["id"] == emulator.world.bot.id
    assert sent.update_id is None, "the bot learns nothing of a group that it is not in"
    with pytest.raises(ValueError, match="is shown"):
        ann.chooses(asked, "other", chat=desk)
    with pytest.raises(ValueError, match="is shown"):
        ben.chooses(asked, "1")
    with pytest.raises(ValueError, match="cannot write"):
        ben.chooses(asked, "1", chat=desk)


async def test_the_bot_sees_its_results_where_it_is_a_member(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    desk = emulator.group("Desk", [ann])
    asked = ann.asks_inline("BTC ETH")
    await bot.answer_inline_query(asked.id, [article()])
    assert ann.chooses(asked, "1", chat=desk).text == "0.8"
    *_, update = await bot.get_updates()
    assert update.message.via_bot.id == bot.id


async def test_an_answer_is_shown_again_to_whom_it_is_for_as_long_as_it_says() -> None:
    now = [1_700_000_000.0]
    async with TelegramEmulator(clock=lambda: now[0]) as emulator, client(emulator) as bot:
        ann, ben = emulator.person("Ann"), emulator.person("Ben")

        async def asks_the_bot(who: Any, text: str, **how: Any) -> bool:
            query = who.asks_inline(text)
            if query.update_id is None:
                assert query.results is not None
                return False
            await bot.answer_inline_query(query.id, [article()], **how)
            return True

        assert await asks_the_bot(ann, "mine", cache_time=60, is_personal=True)
        assert not await asks_the_bot(ann, "mine")
        assert await asks_the_bot(ben, "mine", cache_time=0)
        assert await asks_the_bot(ben, "mine", cache_time=0)
        assert await asks_the_bot(ann, "all")
        assert not await asks_the_bot(ben, "all")
        now[0] += 61
        assert await asks_the_bot(ann, "mine", cache_time=0, is_personal=True)
        now[0] += 300
        assert await asks_the_bot(ben, "all")
        late = ann.asks_inline("late")
        now[0] += 31
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_inline_query(late.id, [])


@pytest.mark.parametrize(
    ("results", "how", "refusal"),
    [
        ([article(), article()], {}, "RESULT_ID_DUPLICATE"),
        ([article(str(n)) for n in range(51)], {}, "RESULTS_TOO_MUCH"),
        ([article("x" * 65)], {}, "RESULT_ID_INVALID"),
        ([article(title=" ")], {}, "ARTICLE_TITLE_EMPTY"),
        ([InlineQueryResultCachedPhoto("1", "AgACunknown")], {}, "file identifier"),
        ([article()], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([], {"button": InlineQueryResultsButton("Go", start_parameter="a b")}, "START_PARAM"),
    ],
)
async def test_the_server_refuses(
    emulator: TelegramEmulator, bot: Bot, results: Any, how: dict[str, Any], refusal: str
) -> None:
    asked = emulator.person("Ann").asks_inline("BTC ETH")
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.answer_inline_query(asked.id, results, **how)
    assert asked.results is None


async def test_a_caption_over_the_limit_and_buttons_that_ask_the_bot_are_refused(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    file_id = await uploaded(emulator, bot)
    asked = emulator.person("Ann").asks_inline("BTC ETH")
    long = InlineQueryResultCachedPhoto("1", file_id, caption="x" * 1025)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.answer_inline_query(asked.id, [long])
    tap = InlineKeyboardMarkup([[InlineKeyboardButton("90d", callback_data="w")]])
    with pytest.raises(TelegramError, match="does not model callback buttons"):
        await bot.answer_inline_query(asked.id, [article(reply_markup=tap)])


async def test_an_app_sends_no_question_over_the_limit(emulator: TelegramEmulator) -> None:
    with pytest.raises(ValueError, match="at most 256"):
        emulator.person("Ann").asks_inline("x" * 257)
