"""Takes in updates, by polling or by webhook: each is stored before Telegram may forget it."""
