"""The web server's way in."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")

application = get_wsgi_application()
gc.freeze()  # what is loaded by now stays: no request waits while all of it is looked through for what may go
