"""Receives updates durably and delivers replies at most once."""

import os

# python-telegram-bot 22 warns at every flood answer until one opts in to timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "1")
