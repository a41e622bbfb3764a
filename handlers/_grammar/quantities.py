"""Numbers as people type them in any country."""

import re
from dataclasses import dataclass

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import AmbiguousNumberError

_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_THOUSAND = re.compile(r"[1-9]\d{0,2}\.000")
"""A thousand in half of Europe, and one with three digits behind it elsewhere."""
_DECIMAL_COMMA = re.compile(r"\d+,(?:\d{1,2}|\d{4,})|0,\d+")
_GROUPED = re.compile(r"\d{1,3}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,})")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and what to say when it was not typed the way we write it."""

    value: float
    note: str | None = None


def number_of(typed: str) -> Number:
    """The number in digits, points and commas.

    Raises
    ------
    AmbiguousNumberError
        ``1,000`` and ``1.000,5`` mean different numbers in different countries.

    """
    if _PLAIN.fullmatch(typed) and not _THOUSAND.fullmatch(typed):
        return Number(float(typed))
    if _DECIMAL_COMMA.fullmatch(typed):
        read = typed.replace(",", ".")
        return Number(float(read), tr("Read {typed} as {read}.", typed=typed, read=read))
    if _GROUPED.fullmatch(typed):
        read = re.sub(r"[.,]", "", typed)
        return Number(float(read), tr("Read {typed} as {read}.", typed=typed, read=read))
    raise _ambiguous(typed)


def fraction_of(typed: str) -> float | None:
    """The fraction that ``80%``, ``5bp`` or ``0.8`` says; None when it says none."""
    match = re.fullmatch(r"([\d.,]+)(%|bps?|)", typed, re.IGNORECASE)
    if match is None or not re.search(r"\d", match[1]):
        return None
    scale = {"%": 1e2, "": 1.0}.get(match[2], 1e4)
    return float(f"{number_of(match[1]).value / scale:.12g}")


def written(value: float) -> str:
    """A number in digits and at most one point, which reads back to itself."""
    text = f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1 else repr(value)
    text = text if "e" not in text and float(text) == value else f"{value:.20f}".rstrip("0")
    return text.removesuffix(".0").removesuffix(".")


def _ambiguous(typed: str) -> AmbiguousNumberError:
    digits = re.sub(r"[.,]+", "", typed) or "0"
    last = max(typed.rfind("."), typed.rfind(","))
    whole = re.sub(r"[.,]", "", typed[:last]) or "0"
    decimals = re.sub(r"[.,]", "", typed[last + 1 :])
    if re.fullmatch(r"\d{1,3}[,.]\d{3}", typed):
        as_decimal = f"{whole}.{decimals}".rstrip("0").rstrip(".")
        return AmbiguousNumberError(
            tr(
                "Is {typed} {digits} or {as_decimal}? Write {digits} or {as_decimal}.",
                typed=typed,
                digits=digits,
                as_decimal=as_decimal,
            ),
            corrections=tuple(Correction(n, n, typed) for n in (digits, as_decimal)),
        )
    plain = f"{whole}.{decimals}" if decimals else whole
    question = (
        tr("Is {typed} one thousand or one?", typed=typed)
        if re.fullmatch(r"1[.,]000[.,]\d+", typed)
        else tr("{typed} has two readings.", typed=typed)
    )
    return AmbiguousNumberError(
        tr("{question} Write {plain}.", question=question, plain=plain),
        corrections=(Correction(plain, plain, typed),),
    )
