"""When an alert ends that was set until a day: by the clock of its chat."""

from dataclasses import replace
from datetime import timedelta

from handlers._command import Services
from handlers._until import moment_of, zone_of_chat
from handlers._watch.grammar import Asked
from handlers._watch.rule import Rule

MONTH = timedelta(days=30)


async def ending(asked: Asked, services: Services) -> Rule:
    """The rule with the moment at which it ends.

    Raises
    ------
    UsageError
        The day that was named has passed.

    """
    if asked.until is None or services.asker is None:
        return asked.rule
    zone = await zone_of_chat(services, services.asker)
    right = replace(asked.rule, until=MONTH).question
    moment = moment_of(asked.until, zone, services.now(), right=right)
    return replace(asked.rule, until=moment)
