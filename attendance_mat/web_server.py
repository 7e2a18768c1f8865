"""The web server's settings, which gunicorn takes up by `--config python:attendance_mat.web_server`, and its logs."""

from typing import Any, Final

from gunicorn.glogging import Logger

from attendance_mat.logs import WithoutRows

worker_class: Final = "gthread"
workers: Final = 2
threads: Final = 4
preload_app: Final = True  # all workers are ready at once: the first one up takes no connection for the others
logger_class: Final = "attendance_mat.web_server.WebServerLogger"


class WebServerLogger(Logger):
    """Writes what gunicorn would, but for keys in addresses."""

    def setup(self, cfg: Any) -> None:
        """Set up the server's handlers, each with the product's way of writing a line."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            usual = handler.formatter
            handler.setFormatter(WithoutRows(usual._fmt, usual.datefmt))
