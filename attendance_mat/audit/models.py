"""What happened, who did it, and which rooms have acted on it since.

The same tables stand in every school's schema and once for the trust.
"""

from django.conf import settings
from django.db import models


class Event(models.TextChoices):
    """Everything the log can say, in the past tense."""

    SCHOOL_ASKED_FOR = "school asked for"
    SCHOOL_OPENED = "school opened"
    POLICY_ADOPTED = "policy adopted"
    PERSON_ADDED = "person added"
    PERSON_DEACTIVATED = "person deactivated"
    PERSON_REACTIVATED = "person reactivated"
    PERSON_INVITED = "person invited"
    INVITATION_ACCEPTED = "invitation accepted"
    MEMBERSHIP_GIVEN = "membership given"
    MEMBERSHIP_ENDED = "membership ended"
    LEADERSHIP_SET = "leadership of a role set"
    POWERS_DELEGATED = "powers delegated"
    DELEGATION_ENDED = "delegation ended"
    STAFF_IMPORTED = "staff imported"
    CALENDAR_IMPORTED = "calendar imported"
    CALENDAR_SET = "calendar set"
    CLOSURE_DECLARED = "closure declared"
    CLOSURE_UNDONE = "closure undone"
    PUPILS_IMPORTED = "pupils imported"
    MARKS_IMPORTED = "marks imported"
    NEW_YEAR_BEGUN = "new year begun"
    NEW_YEAR_UNDONE = "new year undone"
    GROUP_ASSIGNED = "group assigned"
    ASSIGNMENT_ENDED = "assignment ended"
    COVER_GIVEN = "cover given"
    COVER_ENDED = "cover ended"
    COVER_USED = "cover used"
    REGISTER_REMINDED = "register reminded of"
    PRESENCE_CHECK_SENT = "presence check sent"
    PRESENCE_CHECK_ANSWERED = "presence check answered"
    TIMETABLE_IMPORTED = "timetable imported"
    REGISTER_OPENED = "register opened"
    MARKS_SAVED = "marks saved"
    MARKS_DISCARDED = "marks kept on a device discarded"
    MARK_CORRECTED = "mark corrected"
    MARK_AMENDED = "mark amended"
    EVERYONE_ELSE_PRESENT = "everyone else marked present"
    EVERYONE_ELSE_UNDONE = "everyone else present undone"
    CHILD_IS_HERE = "child is here though not expected"
    CAME_IN = "came in at the office"
    SIGNED_OUT = "signed out"
    LEFT_WITHOUT_PERMISSION = "left without permission"
    RELEASE_REFUSED = "not released to who came"
    MOVEMENT_CORRECTED = "leaving or coming in corrected"
    TIME_OUT_BEGUN = "time out begun"
    TIME_OUT_ENDED = "time out ended"
    PERMIT_GIVEN = "permission to leave recorded"
    PERMIT_ENDED = "permission to leave ended"
    MUSTER_BEGUN = "muster begun"
    MUSTER_ENDED = "muster ended"
    CONTRADICTION_SETTLED = "contradiction settled"
    DOUBTS_FOUND = "registers looked over for contradictions"
    DOUBT_SETTLED = "doubt settled"
    REGISTER_FINISHED = "register finished"
    REGISTER_CLOSED = "register closed"
    LESSON_REGISTER_OPENED = "lesson register opened"
    LESSON_MARKS_SAVED = "lesson marks saved"
    LESSON_MARK_CORRECTED = "lesson mark corrected"
    LESSON_MARK_AMENDED = "lesson mark amended"
    LESSON_EVERYONE_ELSE_PRESENT = "everyone else marked present in a lesson"
    LESSON_EVERYONE_ELSE_UNDONE = "everyone else present in a lesson undone"
    EXAM_SET_UP = "exam set up"
    LESSON_CANCELLED = "lesson or exam cancelled"
    LESSON_HELD_AFTER_ALL = "cancelled lesson or exam held after all"
    LESSON_CARRIED_OVER = "marks carried over in a double lesson"
    LESSON_REGISTER_FINISHED = "lesson register finished"
    ABSENCE_EXPECTED = "absence expected"
    EXPECTED_ABSENCE_ENDED = "expected absence ended"
    ABSENCE_REPORTED = "absence reported by a parent"
    ABSENCE_CALL_PASSED = "absence call passed on"
    ABSENCE_REPORT_DECIDED = "absence report decided"
    PAPER_KEYED_IN = "paper register keyed in"
    PAPER_PRINTED_WHEN_DOWN = "paper printed with the database down"
    CHILDREN_CONFIRMED = "children confirmed elsewhere"
    CHILDREN_NOT_THERE = "children not there"
    PUPIL_DIED = "pupil died"
    PUPIL_JOINED = "pupil joined the roll"
    REMOVAL_PROPOSED = "removal proposed"
    REMOVAL_TEST_RECORDED = "removal test recorded"
    ENQUIRY_RECORDED = "enquiry recorded"
    REMOVAL_APPROVED = "removal approved"
    REMOVAL_DROPPED = "removal dropped"
    RETURN_SENT = "return to the authority sent"
    RETURN_ASKED_FOR = "return asked for by the authority"
    MISSING_OPENED = "missing education opened"
    MISSING_STEP_DONE = "missing education step done"
    MISSING_TOLD = "missing education told"
    MISSING_UNTRACED = "missing education untraced"
    MISSING_CLOSED = "missing education closed"
    CONTACT_DIED = "contact died"
    PARTICULARS_CHANGED = "particulars changed"
    CONTACT_ADDED = "contact added"
    CONTACT_CHANGED = "contact changed"
    CONTACT_ENDED = "contact ended"
    GROUP_ADDED = "group added"
    GROUP_ENDED = "group ended"
    OWN_GROUP_MADE = "own group made"
    OWN_GROUP_SHOWN = "own group shown to others"
    OWN_GROUP_ENDED = "own group ended"
    PUT_IN_OWN_GROUP = "put in own group"
    TAKEN_OUT_OF_OWN_GROUP = "taken out of own group"
    PROFESSIONAL_ADDED = "professional added"
    PROFESSIONAL_ENDED = "professional ended"
    PUPIL_HIDDEN = "pupil hidden"
    PUPIL_SHOWN = "pupil no longer hidden"
    PERSON_NAMED = "person named for a hidden pupil"
    NAMING_ENDED = "naming for a hidden pupil ended"
    THRESHOLD_CROSSED = "threshold crossed"
    THRESHOLD_CLEARED = "threshold cleared"
    CASE_OPENED = "case opened"
    CASE_MOVED = "case moved on"
    CASE_CLOSED = "case closed"
    STAGE_PROPOSED = "stage proposed"
    STAGE_APPROVED = "stage approved"
    STAGE_ENTERED = "stage entered"
    STAGE_LEFT = "stage left"
    STAGE_WITHDRAWN = "stage withdrawn"
    CASE_TASK_DONE = "case task done"
    ORGANISATION_ADDED = "organisation added"
    ORGANISATION_ENDED = "organisation ended"
    HOLD_PLACED = "hold placed"
    HOLD_ENDED = "hold ended"
    HISTORY_IMPORTED = "history imported"
    POLICY_SET = "policy value set"
    POLICY_ISSUED = "policy issued to staff"
    POLICY_ACKNOWLEDGED = "policy acknowledged"
    TARGET_SET = "target set"
    PARENT_CONTACTED = "parent contacted"
    LETTER_PROPOSED = "letter proposed"
    LETTER_WITHDRAWN = "letter withdrawn"
    LETTER_FLAGGED = "sent letter flagged"
    LETTER_SENT = "letter sent"
    NOTICE_PLANNED = "notice to all families planned"
    NOTICE_SENT = "notice to all families sent"
    NOTICE_DROPPED = "notice to all families dropped"
    TRUANCY_ALERTED = "truancy alert raised"
    TRUANCY_FOUND = "looked for: something found"
    TRUANCY_ANSWERED = "looked for: answered"
    TRUANCY_CALLED = "truancy alert: parent rung"
    TRUANCY_LINKED = "truancy alert linked to safeguarding"
    TRUANCY_UNREACHED = "truancy alert: parents not reached"
    TRUANCY_ENDED = "truancy alert ended"
    TRUANCY_CONFIRMED = "truancy confirmed"
    LEAVE_ASKED_FOR = "leave asked for"
    LEAVE_GRANTED = "leave granted"
    LEAVE_REFUSED = "leave refused"
    LEAVE_FALSIFIED = "leave found falsified"
    TASK_ASKED_FOR = "task asked for"
    TASK_DONE = "task done"
    TASK_DROPPED = "task dropped"
    LATENESS_FOUND = "step of lateness reached"
    LATENESS_WITHDRAWN = "step of lateness withdrawn"
    DETENTION_OFFERED = "detention offered"
    DETENTION_SET = "detention set"
    DETENTION_ATTENDED = "detention attended"
    DETENTION_MISSED = "detention not attended"
    DETENTION_CANCELLED = "detention cancelled"
    COPY_CERTIFIED = "copy certified"
    RECORDS_DISCLOSED = "records disclosed"
    INSPECTOR_LET_IN = "inspector let in"
    INSPECTION_CHANGED = "inspection's last day changed"
    INSPECTION_ENDED = "inspection ended"
    ARCHIVE_MADE = "back-up made"
    ARCHIVE_VERIFIED = "back-up verified"
    ARCHIVE_MISSED = "back-up missed"
    REGISTERS_RESTORED = "registers restored from a back-up"
    LEGAL_HOLD_PLACED = "legal hold placed"
    LEGAL_HOLD_LIFTED = "legal hold lifted"
    RECORDS_DISPOSED = "records disposed of"
    DAILY_FILE_MADE = "daily file made"
    DAILY_FILE_COMPARED = "daily file compared"
    DAILY_FILE_ALERTED = "daily file not in the other system"
    REGISTER_OF_RECORD_SET = "register of record set"


class AuditEvent(models.Model):
    """One thing that happened. Written with the change itself; never altered, never removed."""

    append_only = True

    kind = models.CharField(max_length=40)  # one of Event
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)  # as it was that day
    by_role = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "id"], name="event_kind"),
            models.Index(fields=["subject_type", "subject_id"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.subject_type} {self.subject_id})"


class HandledEvent(models.Model):
    """A consumer has acted on an event; written in the same transaction as what it did."""

    append_only = True

    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="handled")
    consumer = models.CharField(max_length=80)
    handled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="an_event_is_handled_once")]

    def __str__(self) -> str:
        return f"{self.consumer} handled event {self.event_id}"
