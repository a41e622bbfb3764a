"""Prices, statistics, positions and charts; has never heard of Telegram."""
