"""What the web server takes up wherever it is started from this folder: its logs hold no key of a link."""

logger_class = "attendance_mat.web_server.WebServerLogger"
