"""The names of days, as people end a silence by them."""

import re
from datetime import time

MORNING = time(8)
"""When a day begins whose hour nobody says."""
_NAMES = (
    "monday mon montag mo lunes lun",
    "tuesday tues tue dienstag di martes mar",
    "wednesday wed mittwoch mi miércoles miercoles mié",
    "thursday thurs thu donnerstag do jueves jue",
    "friday fri freitag fr viernes vie",
    "saturday sat samstag sonnabend sa sábado sabado sáb",
    "sunday sun sonntag so domingo dom",
)
WEEKDAYS = {
    name: number
    for number, names in enumerate(_NAMES)
    for name in sorted(names.split(), key=len, reverse=True)
}
"""Monday is 0; the longer of two names that begin alike comes first."""
UNTIL = re.compile(r"(?:until|till|til|bis|hasta)\s+(?:zum\s+|el\s+|next\s+|am\s+)?", re.IGNORECASE)
TOMORROW = re.compile(r"(?:tomorrow|morgen|mañana|manana)\b")
EVENINGS = re.compile(
    r"(?:for )?(?:tonight|overnight|heute (?:nacht|abend)|diese nacht|esta noche|hoy)",
    re.IGNORECASE,
)
TODAY = re.compile(r"(?:all |rest of )?(?:today|heute|den ganzen tag|todo el día)", re.IGNORECASE)
WEEKEND = re.compile(
    r".*(?:weekend|wochenende|fin de semana|finde)|(?:saturday|samstag|sábado).*", re.IGNORECASE
)
NIGHTS = re.compile(
    r"(?:every |each |at |all |jede |cada |in der |por la |de )?(?:nights?|nachts?|noches?)",
    re.IGNORECASE,
)
FOR_EVER = re.compile(r"(?:for ?)?(?:ever|always)|(?:für )?immer|(?:para )?siempre", re.IGNORECASE)
