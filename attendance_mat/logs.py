"""What a log line may hold: never the row that a database refused, which may name a child."""

import logging
import re

# PostgreSQL quotes the refused row, over several lines if an address has them, until the traceback goes on.
QUOTED = re.compile(
    r"^(DETAIL|CONTEXT|LINE \d+):.*?(?=^(?:  File|Traceback|The above|During|[\w.]+Error)|\n\n|\Z)", re.S | re.M
)


class WithoutRows(logging.Formatter):
    """Writes a record as ever, but for what the database quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with what PostgreSQL quoted left out."""
        return QUOTED.sub(r"\1: left out of the log.\n", super().format(record))
