"""What a log line may hold: never the row that a database refused, which may name a child, and never a secret link."""

import logging
import re
from typing import Final

# PostgreSQL quotes the refused row, over several lines if an address has them, until the traceback goes on.
QUOTED: Final = re.compile(
    r"^(DETAIL|CONTEXT|LINE \d+):.*?(?=^(?:  File|Traceback|The above|During|[\w.]+Error)|\n\n|\Z)", re.S | re.M
)
# The addresses whose last part is a key: a cover person's link and an invitation. A request's line, a referrer, and
# Django's own "Not Found: ..." have them alike.
KEYS: Final = re.compile(r"(/cover/open/|/join/)[^/\s?\"'#]+")


class WithoutRows(logging.Formatter):
    """Writes a record as ever, but for what the database quoted and for the keys in addresses."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with what PostgreSQL quoted left out, and each key with it."""
        return KEYS.sub(r"\1(left out of the log)", QUOTED.sub(r"\1: left out of the log.\n", super().format(record)))
