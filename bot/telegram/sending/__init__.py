"""The way out: each message at most once, at Telegram's pace, every refusal understood."""
