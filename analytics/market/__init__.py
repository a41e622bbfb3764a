"""Markets and their prices: what exists, where it trades, what it cost."""
