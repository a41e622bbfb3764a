"""How the bot is: counted as it works, told to operators and to their machines."""
