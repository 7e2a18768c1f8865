"""The worker and the timer: what runs when. Times are London's."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")

from attendance_mat import env

app = Celery("attendance")
app.conf.update(
    broker_url=env.text("REDIS_URL"),
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_acks_late=True,  # a killed worker's task goes to another
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_default_queue="attendance",
    # Only a worker that logs in to the database as its owner listens here (docs/deploying.md).
    task_routes={"attendance_mat.accounts.tasks.open_asked_school": {"queue": "owner"}},
    timezone="Europe/London",
    broker_transport_options={"visibility_timeout": 3600},
    beat_schedule={
        "sweep-events": {"task": "attendance_mat.trust.tasks.sweep_events", "schedule": 60.0},
        "open-schools-that-wait": {"task": "attendance_mat.accounts.tasks.open_schools_that_wait", "schedule": 60.0},
        "check-schools-that-are-due": {
            "task": "escalation.tasks.check_schools_that_are_due",
            "schedule": 300.0,
        },
        "seal-schools-that-are-due": {"task": "registers.tasks.seal_schools_that_are_due", "schedule": 300.0},
        "back-up-schools-that-are-due": {
            "task": "attendance_mat.keeping.tasks.back_up_schools_that_are_due",
            "schedule": 1800.0,
        },
        "look-over-registers": {"task": "registers.tasks.look_over_registers_that_are_due", "schedule": 300.0},
        "tell-of-daily-files": {
            "task": "attendance_mat.keeping.tasks.tell_of_daily_files",
            "schedule": 300.0,
        },
        "tell-of-what-is-overdue": {
            "task": "attendance_mat.admission.tasks.tell_of_what_is_overdue",
            "schedule": 300.0,
        },
        "look-for-overdue-pupils": {"task": "absence.tasks.look_for_overdue_pupils", "schedule": 60.0},
        "close-registers": {"task": "registers.tasks.close_registers_that_are_due", "schedule": 60.0},
        "keep-paper": {"task": "registers.tasks.keep_paper_that_is_due", "schedule": 60.0},
        "publish-mornings": {"task": "registers.tasks.publish_registers_due_today", "schedule": 300.0},
    },
)
# The worker that logs in as the database's owner knows the opening of schools and nothing else.
OWNERS_TASKS = ["attendance_mat.accounts"] if env.text("DATABASE_ROLE", "application") == "owner" else None
app.autodiscover_tasks(OWNERS_TASKS)
