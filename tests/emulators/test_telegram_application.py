from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import keyboard, picture

Context = ContextTypes.DEFAULT_TYPE


async def corr(update: Update, context: Context) -> None:
    assert update.effective_message
    assert context.args
    words = f"<b>{' '.join(context.args)}</b>"
    await update.effective_message.reply_chat_action("upload_photo")
    await update.effective_message.reply_photo(
        picture(), words, parse_mode="HTML", reply_markup=keyboard(), do_quote=True
    )


async def window(update: Update, _context: Context) -> None:
    assert update.callback_query
    await update.callback_query.answer()
    await update.callback_query.edit_message_caption("90 days")


async def test_a_whole_application_polls_answers_and_stops(emulator: TelegramEmulator) -> None:
    ann = emulator.person("Ann")
    group = emulator.group("Desk", [ann], forum=True)
    thread = group.topic("Pairs")
    builder = Application.builder().token(emulator.token)
    builder.base_url(f"{emulator.url}/bot").base_file_url(f"{emulator.url}/file/bot")
    application = builder.build()
    application.add_handler(CommandHandler("corr", corr))
    application.add_handler(CallbackQueryHandler(window))
    async with application:
        assert application.updater
        await application.start()
        await application.updater.start_polling()
        asked = ann.says("/corr@hedge_desk_bot BTC ETH", chat=group, thread=thread)
        shown = await emulator.reply(asked)
        assert (shown.caption, shown.reply_to, shown.thread_id) == ("BTC ETH", asked, thread)
        pressed = ann.presses(shown, "90d")
        await emulator.until(lambda: shown.caption == "90 days")
        assert pressed.answer
        await application.updater.stop()
        await application.stop()
    assert emulator.queue_size == 0
