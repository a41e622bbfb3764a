import io

import pytest
from PIL import Image
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest

from tests.emulators.telegram.emulator import TelegramEmulator


def picture(width: int = 640, height: int = 400) -> bytes:
    written = io.BytesIO()
    Image.new("1", (width, height)).save(written, "PNG")
    return written.getvalue()


def keyboard(label: str = "90d", data: str = "w:90d") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


async def test_a_text_arrives_as_it_is_read(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    sent = await bot.send_message(
        ann.id,
        "<b>0.82</b> &lt;BTC, ETH&gt; 𝛽 <i>now</i>\n",
        parse_mode="HTML",
        reply_markup=keyboard(),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
    )
    [shown] = emulator.messages(ann)
    assert shown.text == sent.text == "0.82 <BTC, ETH> 𝛽 now"
    assert [sent.parse_entity(entity) for entity in sent.entities] == ["0.82", "now"]
    assert shown.labels == [["90d"]]
    assert sent.reply_markup == keyboard()
    assert sent.message_id == shown.id
    assert sent.from_user.id == bot.id


async def test_a_photo_can_be_uploaded_reused_and_fetched(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann, bob, content = emulator.person("Ann"), emulator.person("Bob"), picture()
    first = await bot.send_photo(ann.id, content, caption="chart", filename="chart.png")
    file_id = first.photo[-1].file_id
    await bot.send_photo(bob.id, file_id, caption="<b>same</b>", parse_mode="HTML")
    assert [size.width for size in first.photo] == [320, 640]
    assert emulator.messages(bob)[0].photo == content
    assert emulator.messages(bob)[0].caption == "same"
    fetched = await (await bot.get_file(file_id)).download_as_bytearray()
    assert bytes(fetched) == content
    assert emulator.calls_of("sendPhoto")[0].files["photo"].name == "chart.png"


async def test_a_document_keeps_its_name(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    sent = await bot.send_document(ann.id, b"a,b\n1,2\n", filename="pairs.csv")
    assert sent.document.file_name == "pairs.csv"
    assert emulator.messages(ann)[0].document == b"a,b\n1,2\n"
    with pytest.raises(BadRequest, match=r"(?i)use file of type Document as Photo"):
        await bot.send_photo(ann.id, sent.document.file_id)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (picture(210, 10), "Photo_invalid_dimensions"),
        (picture(9000, 1001), "Photo_invalid_dimensions"),
        (b"not a picture", "Image_process_failed"),
        (b"\0" * ((10 << 20) + 1), "too big for a photo"),
    ],
    ids=["ratio", "sides", "no picture", "size"],
)
async def test_a_photo_is_checked(
    emulator: TelegramEmulator, bot: Bot, content: bytes, text: str
) -> None:
    ann = emulator.person("Ann")
    with pytest.raises(BadRequest, match=text):
        await bot.send_photo(ann.id, content, filename="chart.png")
    assert emulator.messages(ann) == []


async def test_every_kind_of_edit_changes_what_is_shown(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    text = await bot.send_message(ann.id, "30 days", reply_markup=keyboard())
    await bot.edit_message_text("90 days", ann.id, text.message_id)
    photo = await bot.send_photo(ann.id, picture(), caption="30 days")
    await bot.edit_message_caption(ann.id, photo.message_id, caption="60 days")
    await bot.edit_message_reply_markup(ann.id, photo.message_id, reply_markup=keyboard())
    first, second = emulator.messages(ann)
    assert (first.text, first.labels, first.revision) == ("90 days", [], 1)
    assert (second.caption, second.labels, second.revision) == ("60 days", [["90d"]], 2)


async def test_media_can_be_replaced_by_an_upload(emulator: TelegramEmulator, bot: Bot) -> None:
    ann, other = emulator.person("Ann"), picture(800, 500)
    sent = await bot.send_photo(ann.id, picture(), caption="30 days")
    media = InputMediaPhoto(other, caption="<i>90</i> days", parse_mode="HTML")
    edited = await bot.edit_message_media(media, ann.id, sent.message_id, reply_markup=keyboard())
    [shown] = emulator.messages(ann)
    assert (shown.photo, shown.caption, shown.labels) == (other, "90 days", [["90d"]])
    assert edited.photo[-1].width == 800
    await bot.edit_message_media(InputMediaDocument(b"a,b"), ann.id, sent.message_id)
    assert shown.document == b"a,b"


async def test_an_edit_that_changes_nothing_is_refused(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    sent = await bot.send_message(ann.id, "same", reply_markup=keyboard())
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("same", ann.id, sent.message_id, reply_markup=keyboard())
    assert emulator.messages(ann)[0].revision == 0


async def test_a_deleted_message_is_gone(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    sent = await bot.send_message(ann.id, "soon gone")
    await bot.delete_message(ann.id, sent.message_id)
    assert emulator.messages(ann) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ann.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", ann.id, sent.message_id)


async def test_a_reply_points_to_its_question(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    asked = ann.says("/corr BTC ETH")
    sent = await bot.send_message(ann.id, "0.8", reply_parameters=ReplyParameters(asked.id))
    assert sent.reply_to_message.text == "/corr BTC ETH"
    assert emulator.messages(ann)[-1].reply_to is asked
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ann.id, "0.8", reply_parameters=ReplyParameters(99))
    lenient = ReplyParameters(99, allow_sending_without_reply=True)
    await bot.send_message(ann.id, "0.8", reply_parameters=lenient, reply_markup=ForceReply())


@pytest.mark.parametrize(
    ("text", "markup", "refusal"),
    [
        ("", None, "Message text is empty"),
        (" \n", None, "Message text is empty"),
        ("x" * 4097, None, "Message is too long"),
        ("<b>" + "&lt;" * 4097 + "</b>", None, "Message is too long"),
        ("x", keyboard(data="é" * 33), "Button_data_invalid"),
        ("x", keyboard(label=" "), 'Field "text" must be non-empty'),
        ("x <b>y", None, 'Can\'t find end tag corresponding to start tag "b"'),
    ],
)
async def test_a_text_is_checked(
    emulator: TelegramEmulator,
    bot: Bot,
    text: str,
    markup: InlineKeyboardMarkup | None,
    refusal: str,
) -> None:
    ann = emulator.person("Ann")
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.send_message(ann.id, text, "HTML", reply_markup=markup)


async def test_lengths_are_counted_after_parsing(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    await bot.send_message(ann.id, "<b>" + "&lt;" * 4096 + "</b>", "HTML")
    await bot.send_photo(ann.id, picture(), "<b>" + "𝛽" * 1024 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ann.id, picture(), "x" * 1025)
    assert [len(message.words) for message in emulator.messages(ann)] == [4096, 1024]
