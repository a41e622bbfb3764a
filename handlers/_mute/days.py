"""What people call the times at which they want silence, without saying when it ends."""

import re

EVENINGS = re.compile(
    r"(?:for )?(?:tonight|overnight|heute (?:nacht|abend)|diese nacht|esta noche|hoy)",
    re.IGNORECASE,
)
TODAY = re.compile(
    r"(?:all |rest of )?(?:today|heute|all day|day|den ganzen tag|todo el día)", re.IGNORECASE
)
WEEKEND = re.compile(
    r".*(?:weekends?|wochenenden?|fin(?:es)? de semana|findes?)|(?:saturday|samstag|sábado).*",
    re.IGNORECASE,
)
WORKDAYS = re.compile(
    r".*\b(?:weekdays?|workdays?|work|werktags?|wochentags|arbeit|entre semana|trabajo)\b.*",
    re.IGNORECASE,
)
NIGHTS = re.compile(
    r"(?:every |each |at |all |jede |cada |in der |por la |durante la |during the |de )?(?:nights?|nachts?|noches?)|"
    r".*\b(?:sleep|asleep|schlafe|duermo)\b.*",
    re.IGNORECASE,
)
FOR_EVER = re.compile(
    r"(?:for ?)?(?:ever|always)(?: and ever)?|(?:für )?immer|(?:para )?siempre|"
    r"(?:until|till) (?:further notice|i say so)|bis auf weiteres|hasta nuevo aviso",
    re.IGNORECASE,
)
