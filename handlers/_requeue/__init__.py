"""Work that was given up, shown to those who run the bot."""
