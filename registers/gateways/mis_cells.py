"""What a cell of an imported file may say, and what is said of one that does not."""

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from registers.gateways.mis_csv import Faults

ISO_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
BRITISH_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
# A letter and twelve digits; a temporary number ends in a letter. The check letter is not reckoned:
# systems hold numbers that fail it, and a mark is worth more than a letter.
UPN: Final = re.compile(r"[A-Z]\d{11}[0-9A-Z]", re.ASCII)
TIME: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?", re.ASCII)
MINUTES: Final = re.compile(r"\d{1,3}", re.ASCII)
YEARS: Final = {"N1": -2, "N2": -1, "R": 0, **{str(year): year for year in range(14)}}
LIKELY_YEARS: Final = range(1900, 2101)

NOT_A_DATE: Final = "Bad date: write it as 2026-09-01 or 01/09/2026."
NO_SUCH_DAY: Final = "Bad date: there is no such day."
UNLIKELY_YEAR: Final = "Bad date: the year cannot be right."
NOT_ONE_OR_ZERO: Final = "Bad flag: write 1 where the school meets and 0 where it does not."
NOT_YES_OR_NO: Final = "Bad flag: write yes or no."
NOT_A_UPN: Final = "Bad UPN: it is a letter and twelve digits, or a letter, eleven digits and a letter."
NOT_A_YEAR_GROUP: Final = "Bad year group: write R, N1, N2 or a number from 0 to 13."
NOT_SEN: Final = "Bad SEN: write K, E, or no to end it."
NOT_A_TIME: Final = "Bad time: write hours and minutes, such as 09:05."
NOT_AN_ADDRESS: Final = "Bad e-mail address."
NOT_MINUTES: Final = "Bad minutes: write a whole number of minutes."

Parser = Callable[[str], Any]


class BadCellError(ValueError):
    """A cell says something it may not; the message is for the person who made the file."""


def parsed(text: str, parse: Parser, *, faults: Faults, line: int, column: str) -> Any:
    """Return what a cell says, or None after noting why it says nothing we know. An empty cell is None."""
    if not text:
        return None
    try:
        return parse(text)
    except BadCellError as error:
        faults.add(line, column, text, str(error))
        return None


@lru_cache(maxsize=4096)
def as_date(text: str) -> dt.date:
    """Return a date written 2026-09-01 or 01/09/2026."""
    if iso := ISO_DATE.fullmatch(text):
        year, month, day = iso.groups()
    elif british := BRITISH_DATE.fullmatch(text):
        day, month, year = british.groups()
    else:
        raise BadCellError(NOT_A_DATE)
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadCellError(NO_SUCH_DAY) from error
    if date.year not in LIKELY_YEARS:
        raise BadCellError(UNLIKELY_YEAR)
    return date


def as_meets(text: str) -> bool:
    """Return whether the school meets: 1 or 0."""
    if text not in {"1", "0"}:
        raise BadCellError(NOT_ONE_OR_ZERO)
    return text == "1"


def as_flag(text: str) -> bool:
    """Return a yes or no."""
    if text.casefold() not in {"yes", "no"}:
        raise BadCellError(NOT_YES_OR_NO)
    return text.casefold() == "yes"


def as_upn(text: str) -> str:
    """Return a unique pupil number, permanent or temporary."""
    number = text.upper()
    if not UPN.fullmatch(number):
        raise BadCellError(NOT_A_UPN)
    return number


def as_year(text: str) -> int:
    """Return a year group: -2 and -1 are the nursery years, 0 is reception."""
    try:
        return YEARS[text.upper()]
    except KeyError as error:
        raise BadCellError(NOT_A_YEAR_GROUP) from error


def as_sen(text: str) -> str:
    """Return K or E, or nothing for a pupil who no longer has special educational needs."""
    given = text.upper()
    if given not in {"K", "E", "NO"}:
        raise BadCellError(NOT_SEN)
    return "" if given == "NO" else given


def as_sex(text: str) -> str:
    """Return F or M."""
    return str(one_of("F", "M")(text.upper()))


def as_email(text: str) -> str:
    """Return an e-mail address."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadCellError(NOT_AN_ADDRESS) from error
    return str(up_to(254)(text))


def as_time(text: str) -> dt.time:
    """Return a time of day."""
    hours, minutes = said.groups() if (said := TIME.fullmatch(text)) else ("24", "0")
    try:
        return dt.time(int(hours), int(minutes))
    except ValueError as error:
        raise BadCellError(NOT_A_TIME) from error


def as_minutes(text: str) -> int:
    """Return how many minutes late."""
    if not MINUTES.fullmatch(text):
        raise BadCellError(NOT_MINUTES)
    return int(text)


def up_to(length: int) -> Parser:
    """Return a parser of text that is not longer than its place in the record."""

    def parse(text: str) -> str:
        if len(text) > length:
            message = f"Too long: there is room for {length} characters."
            raise BadCellError(message)
        return text

    return parse


def one_of(*words: str) -> Parser:
    """Return a parser of one of some words, whatever its capitals."""
    meant = {word.casefold(): word for word in words}

    def parse(text: str) -> str:
        if text.casefold() not in meant:
            message = f"Not one of {', '.join(words)}."
            raise BadCellError(message)
        return meant[text.casefold()]

    return parse
