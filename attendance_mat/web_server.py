"""The logs of the web server itself, of requests and of faults: written as the product's own are."""

from typing import Any

from gunicorn.glogging import Logger

from attendance_mat.logs import WithoutRows


class WebServerLogger(Logger):
    """Writes what gunicorn would, but for keys in addresses; `gunicorn.conf.py` names it."""

    def setup(self, cfg: Any) -> None:
        """Set up the server's handlers, each with the product's way of writing a line."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            usual = handler.formatter
            handler.setFormatter(WithoutRows(usual._fmt, usual.datefmt))
