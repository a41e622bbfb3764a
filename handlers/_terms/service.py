"""The bot itself, and what it keeps."""

from analytics.language import later
from handlers._terms.term import Term

SERVICE = (
    Term(
        later("in doubt"),
        later(
            "Messages of which nobody can know whether they arrived: the connection or the bot ended "
            "while they were on their way. Most have arrived. Digests and answers are not repeated by "
            "themselves; /resend sends what is kept again, with a mark."
        ),
        later("In doubt: digests 1. One digest was on its way when the bot was restarted."),
        (
            "In doubt",
            "All in doubt",
        ),
        (
            "doubt",
            "resend",
        ),
    ),
    Term(
        later("waiting"),
        later(
            "Work that is due and not done yet: questions to be answered, messages to be sent, digests "
            "and alerts whose time has come. Telegram lets a bot send about 25 messages a second."
        ),
        later("Waiting: messages 50. They take about two seconds."),
        (
            "Waiting",
            "On the way",
            "Pace",
        ),
        (
            "queue",
            "pace",
        ),
    ),
    Term(
        later("given up"),
        later(
            "Messages that Telegram refused, or digests and alerts that ended the bot again and again. "
            "They rest until whoever runs the bot has them tried again."
        ),
        later("Given up: 2. Two messages were refused; each says why."),
        ("Given up",),
        (
            "dead letter",
            "requeue",
        ),
    ),
    Term(
        later("what is kept"),
        later(
            "What the bot knows of a chat: what was set there, what was sent there and under which "
            "buttons. /privacy says for how long, /export hands it over, /forget deletes it."
        ),
        later("Buttons 12 · 30 d: twelve buttons that can be tapped for 30 days."),
        (
            "Questions",
            "Settings",
            "Digests",
            "Alerts",
            "Positions",
            "Messages sent",
            "Their words",
            "Buttons",
            "Asked lately",
            "Old number",
            "Goodbye",
        ),
        (
            "privacy",
            "export",
        ),
    ),
    Term(
        later("counts of the bot"),
        later(
            "What those see who run the bot: how many chats, digests, alerts and answers there are, "
            "and which processes serve. Nobody is named."
        ),
        later("All alerts 30, firing 2: two of thirty alerts have fired and are not over."),
        (
            "Chats",
            "All digests",
            "All alerts",
            "Answers",
            "Processes",
        ),
        ("status",),
    ),
)
