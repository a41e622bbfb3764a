"""How the bot is, said to those who ask it and to those who run it."""
