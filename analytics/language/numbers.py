"""Numbers and dates as the current language writes them."""

from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from analytics.language import ENGLISH, current_language


def localised(text: str) -> str:
    """A number in English signs (``1,234.5``) in those of the current language (``1.234,5``)."""
    language = current_language()
    return text if language == ENGLISH else text.translate(_signs(language))


def short_date(moment: date, *, with_year: bool) -> str:
    """A day without its weekday: ``12 Mar``, ``12 Mar 25``."""
    language = current_language()
    if language == ENGLISH:
        return f"{moment:%-d %b %y}" if with_year else f"{moment:%-d %b}"
    pattern = _day_and_month(language)
    return format_date(moment, f"{pattern} yy" if with_year else pattern, locale=_locale(language))


def long_date(moment: date) -> str:
    """A day with all of its year: ``12 Mar 2025``."""
    language = current_language()
    if language == ENGLISH:
        return f"{moment:%-d %b %Y}"
    return format_date(moment, f"{_day_and_month(language)} y", locale=_locale(language))


def month_name(month: int) -> str:
    """A month, 1 to 12, as short as it is written alone on an axis: ``Mar``."""
    return str(_locale(current_language()).months["stand-alone"]["abbreviated"][month])


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _day_and_month(language: str) -> str:
    return str(_locale(language).datetime_skeletons["MMMd"])


@cache
def _signs(language: str) -> dict[int, str]:
    locale = _locale(language)
    return str.maketrans({".": get_decimal_symbol(locale), ",": get_group_symbol(locale)})
