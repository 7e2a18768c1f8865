"""What each stored field is to the person it is about: the ground of every answer about personal data.

A subject access request, a breach report and a retention run all ask this list. A test fails for a
field that is not in it, so a new one is thought about before it is stored.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a field says, from nothing about a person to what the law guards most."""

    NONE = "about no person"
    LINK = "which person the row is about, by number"
    STAFF = "a member of staff: who they are, or what they did"
    IDENTITY = "who a child is"
    CONTACT = "how a child's family is reached, and who they are"
    ATTENDANCE = "when a child attended, and why not"
    FREE_TEXT = "words of a person about a child, which may say anything"
    SAFEGUARDING = "what may put a child at risk if it became known"
    SPECIAL = "special category: health, ethnicity, needs"
    SECRET = "opens a log-in"  # noqa: S105 - says what the field is


K = Kind
DATED: Final = "from_date until_date"
BY_STAFF: Final = "{0}_by {0}_by_name {0}_by_role {0}_at"

# Field names by kind, for each model by its label. An absence code can say a child is ill: attendance is
# therefore handled as special category data wherever a code stands beside a name.
CLASSIFIED: Final[Mapping[str, Mapping[Kind, str]]] = {
    "trust.Trust": {K.NONE: "name"},
    "trust.School": {
        K.NONE: "schema_name slug name phase local_authority urn address telephone email opened_at go_live_date "
        "register_of_record_date policy_version migration_failed",
        K.STAFF: "head_name",
    },
    "trust.Domain": {K.NONE: "domain tenant is_primary"},
    "trust.PolicyAdoption": {K.NONE: "school pack from_date adopted_at"},
    "trust.PolicyOverride": {K.NONE: f"school parameter values {DATED} reason locked", K.STAFF: "set_by set_at"},
    "trust.SchoolOpening": {K.NONE: "slug name phase pack local_authority urn school opened_at error",
        K.STAFF: "asked_by asked_at"},
    "trust.AttendanceTarget": {K.NONE: f"school group percent sign {DATED} withdrawn_at",
        K.STAFF: "owner set_by set_at"},
    "trust.TargetNote": {K.LINK: "target", K.FREE_TEXT: "words", K.STAFF: "by by_name at"},
    "trust.Enrolment": {K.NONE: "school", K.LINK: "pupil_id", K.IDENTITY: "upn", K.ATTENDANCE: DATED},
    "trust.ClockShift": {K.NONE: "seconds"},
    "audit.AuditEvent": {K.NONE: "kind subject_type", K.LINK: "subject_id", K.STAFF: "at by by_name by_role",
        K.FREE_TEXT: "detail"},
    "audit.HandledEvent": {K.NONE: "event consumer handled_at"},
    "accounts.User": {K.STAFF: "email name is_active joined_at last_login", K.NONE: "is_machine", K.SECRET: "password"},
    "accounts.Membership": {K.LINK: "user", K.NONE: "school", K.STAFF: f"role {DATED} ends_at ended_at "
        "senior_leader attendance_duties"},
    "accounts.Delegation": {K.LINK: "user", K.NONE: "school",
        K.STAFF: f"power {DATED} decision decided_by decided_at ended_at"},
    "accounts.Invitation": {K.LINK: "user", K.SECRET: "digest",
        K.STAFF: "invited_by invited_at expires_at accepted_at"},
    "published.CheckRun": {K.NONE: "school as_of started_at finished_at attempts error duration_ms pupils marks "
        "findings episodes_opened episodes_cleared"},
    "published.SchoolFigures": {K.NONE: "school run as_of computed_at pupils possible present authorised unauthorised "
        "headline_pupils headline_persistent headline_severe ten_in_ten_weeks twenty_consecutive_days crossed_unacted "
        "targets"},
    "published.RegistersDue": {K.NONE: "school date half registers pupils"},
    "published.FinishedRegister": {K.NONE: "school date half register_id pupils present late absent_explained "
        "unexplained elsewhere finished_at"},
    "published.SealCopy": {K.NONE: "school number sealed_at digest"},
    "published.Alert": {K.NONE: "school kind about_date words raised_at ended_at"},
    "registers.Session": {K.NONE: "date half"},
    "registers.Pupil": {
        K.IDENTITY: "upn former_upn local_id surname forename surname_in_use forename_in_use dob sex enrolment_status "
        "boarder died_on middle_names last_school last_school_address next_school next_school_date",
        K.CONTACT: "address next_address next_address_date next_address_with",
        K.SPECIAL: "ethnicity",
        K.SAFEGUARDING: "hidden address_confidential",
    },
    "registers.RollPeriod": {K.LINK: "pupil", K.ATTENDANCE: DATED},
    "registers.PupilYear": {K.LINK: "pupil", K.IDENTITY: f"year {DATED}"},
    "registers.Characteristic": {K.LINK: "pupil", K.SPECIAL: f"kind value {DATED}"},
    "registers.Contact": {
        K.LINK: "pupil",
        K.CONTACT: "position name relationship parental_responsibility lives_with phone email address died_on "
        "emergency liable_as channel language barrier may_collect word_of ended_on",
        K.SAFEGUARDING: "address_confidential no_contact court_order collect_password",
    },
    "registers.Professional": {K.LINK: "pupil", K.NONE: f"{DATED}",
        K.SAFEGUARDING: "kind name organisation phone email"},
    "registers.Closure": {K.NONE: f"{DATED} halves code nature reason whole_school years undone_because",
        K.STAFF: BY_STAFF.format("declared") + " undone_at undone_by"},
    "registers.PlannedDay": {K.NONE: "date kind name", K.STAFF: "set_by set_by_name set_at"},
    "registers.ClosureChange": {K.NONE: "closure session", K.LINK: "mark expected", K.ATTENDANCE: "code_before"},
    "registers.Doubt": {K.LINK: "pupil", K.NONE: "kind session found_at", K.ATTENDANCE: "evidence offered",
        K.STAFF: "settled_at settled_by settled_by_name", K.FREE_TEXT: "outcome"},
    "registers.RecordAccess": {K.LINK: "pupil", K.NONE: "what", K.STAFF: "by by_name by_role at"},
    "registers.Disclosure": {K.LINK: "pupils", K.NONE: f"what {DATED} digest", K.FREE_TEXT: "recipient purpose",
        K.STAFF: "by by_name by_role at"},
    "admission.AdmissionAmendment": {K.LINK: "pupil", K.NONE: "subject particular",
        K.SAFEGUARDING: "original amended", K.FREE_TEXT: "reason word_of", K.STAFF: BY_STAFF.format("amended")},
    "admission.NamedPerson": {K.LINK: "pupil user", K.STAFF: f"{DATED} named_by named_by_name named_at"},
    "admission.OwnGroup": {K.NONE: f"name purpose seen_by {DATED} ended_because",
        K.STAFF: f"{BY_STAFF.format('made')} ended_by ended_at"},
    "admission.OwnGroupPlace": {K.LINK: "pupil", K.NONE: "group", K.IDENTITY: DATED,
        K.FREE_TEXT: "put_in_because taken_out_because",
        K.STAFF: f"{BY_STAFF.format('put_in')} {BY_STAFF.format('taken_out')}"},
    "admission.Joining": {K.LINK: "roll_period", K.NONE: "basis most_junior_class", K.CONTACT: "agreed_with",
        K.STAFF: BY_STAFF.format("entered")},
    "admission.Leaving": {K.LINK: "roll_period", K.ATTENDANCE: "ground below_or_above_age off_roll_on state",
        K.IDENTITY: "destination", K.FREE_TEXT: "words certified dropped_because",
        K.STAFF: f"{BY_STAFF.format('proposed')} {BY_STAFF.format('approved')}"},
    "admission.LeavingTest": {K.LINK: "leaving", K.NONE: "test", K.ATTENDANCE: "met on_date", K.FREE_TEXT: "evidence",
        K.STAFF: BY_STAFF.format("recorded")},
    "admission.Enquiry": {K.LINK: "pupil", K.ATTENDANCE: "by made_on outcome", K.FREE_TEXT: "how words",
        K.STAFF: BY_STAFF.format("entered")},
    "admission.AuthorityReturn": {K.LINK: "roll_period", K.NONE: "kind due_date made_at",
        K.STAFF: "sent_at sent_by sent_by_name sent_how"},
    "admission.MissingEducation": {K.LINK: "pupil", K.SAFEGUARDING: "identified_on reported_on family_told_on steps "
        "untraced_at closed_at", K.FREE_TEXT: "words closed_because",
        K.STAFF: f"{BY_STAFF.format('opened')} closed_by"},
    "admission.NewYear": {K.NONE: "from_date undone_because", K.LINK: "done",
        K.STAFF: BY_STAFF.format("done") + " undone_at undone_by"},
    "keeping.Archive": {K.NONE: "month_date made_at place digest size marks amendments seconds verified_at wrong "
        "disposed_at", K.STAFF: "made_by_name"},
    "keeping.LegalHold": {K.LINK: "pupil", K.FREE_TEXT: "reason lifted_because",
        K.STAFF: f"{BY_STAFF.format('placed')} lifted_at lifted_by"},
    "keeping.Disposal": {K.NONE: "authority removed held_back ended_by_date", K.STAFF: "run_by_name run_at"},
    "keeping.DailyFile": {K.NONE: "date made_at digest last_amendment marks sent_at compared_at alerted_at",
        K.LINK: "missing", K.ATTENDANCE: "differing"},
    "keeping.Inspection": {K.LINK: "user", K.NONE: f"body purpose {DATED}",
        K.STAFF: f"{BY_STAFF.format('given')} ended_at ended_by"},
    "keeping.InspectionChange": {K.LINK: "inspection", K.NONE: "was_last_date last_date reason",
        K.STAFF: BY_STAFF.format("changed")},
    "keeping.InspectionLook": {K.LINK: "inspection", K.STAFF: "what at"},
    "registers.Room": {K.NONE: "name"},
    "registers.TimetablePeriod": {K.NONE: f"name week weekday starts ends {DATED}"},
    "registers.TimetabledLesson": {K.NONE: f"period group subject room supplies {DATED}", K.STAFF: "teacher"},
    "registers.TimetableWeek": {K.NONE: "begins_on week"},
    "registers.OffTimetableDay": {K.NONE: "date reason"},
    "registers.LessonCancellation": {K.NONE: "lesson date", K.FREE_TEXT: "reason",
        K.STAFF: BY_STAFF.format("cancelled") + " taken_back_at taken_back_by"},
    "registers.LessonRegister": {K.NONE: "lesson date starts_at ends_at opened_at",
        K.STAFF: "taken_by taken_at finished_by finished_at"},
    "registers.LessonMark": {K.LINK: "pupil", K.NONE: "register source changes", K.STAFF: BY_STAFF.format("made"),
        K.ATTENDANCE: "code minutes_late until_at received_at", K.FREE_TEXT: "place comment"},
    "registers.LessonMarkAmendment": {
        K.LINK: "mark", K.NONE: "number kind source", K.STAFF: "amended_by amended_by_name amended_by_role made_at",
        K.ATTENDANCE: "original_code original_minutes_late original_until_at amended_code amended_minutes_late "
        "amended_until_at received_at", K.FREE_TEXT: "original_place amended_place original_comment "
        "amended_comment reason",
    },
    "registers.Group": {K.NONE: "kind name"},
    "registers.GroupMember": {K.LINK: "pupil", K.NONE: "group kind", K.IDENTITY: DATED},
    "registers.Assignment": {K.LINK: "user", K.NONE: "group year", K.STAFF: f"weekdays {DATED}"},
    "registers.RegisterReminder": {K.NONE: "date half group lesson mail mailed_at",
        K.STAFF: "to " + BY_STAFF.format("sent")},
    "registers.PresenceCheck": {K.NONE: "date half group lesson way found",
        K.STAFF: BY_STAFF.format("sent") + " found_at found_by found_by_name"},
    "registers.CoverPass": {K.LINK: "membership", K.NONE: "date", K.SECRET: "link_digest pin_digest",
        K.STAFF: "name covering covering_name " + BY_STAFF.format("given")},
    "registers.Cover": {K.LINK: "user", K.NONE: "date half group lesson cover_pass",
        K.STAFF: "name covering " + BY_STAFF.format("given") + " ended_at ended_by"},
    "registers.FamilyTie": {K.LINK: "user pupil"},
    "registers.Register": {K.NONE: "session group opened_at closes_at",
        K.STAFF: "taken_by taken_at finished_by finished_at"},
    "registers.Mark": {
        K.LINK: "pupil", K.NONE: "session register source changes", K.STAFF: BY_STAFF.format("made"),
        K.ATTENDANCE: "code arrived_at minutes_late received_at", K.FREE_TEXT: "nature comment",
    },
    "registers.MarkAmendment": {
        K.LINK: "mark", K.NONE: "number kind source", K.STAFF: "amended_by amended_by_name amended_by_role made_at",
        K.ATTENDANCE: "original_code original_arrived_at original_minutes_late amended_code amended_arrived_at "
        "amended_minutes_late received_at",
        K.FREE_TEXT: "original_nature original_comment amended_nature amended_comment reason",
    },
    "registers.Seal": {K.NONE: "sealed_at previous digest key_mark form last_mark last_amendment "
        "last_lesson_mark last_lesson_amendment"},
    "registers.SealedRows": {K.NONE: "seal kind session date half digests", K.LINK: "ids"},
    "registers.DisposedRows": {K.NONE: "kind session authority digest", K.LINK: "ids",
        K.STAFF: "disposed_by disposed_at"},
    "registers.SaveReceipt": {K.LINK: "user", K.NONE: "key digest", K.STAFF: "saved_at", K.ATTENDANCE: "reply"},
    "registers.ExpectedMark": {
        K.LINK: "pupil", K.ATTENDANCE: f"{DATED} halves code", K.FREE_TEXT: "nature", K.NONE: "origin",
        K.STAFF: BY_STAFF.format("granted") + " ended_at ended_by",
    },
    "registers.ExpectedConfirmation": {K.LINK: "expected", K.NONE: "session",
        K.STAFF: "confirmed_by_name confirmed_at entered_by"},
    "registers.NotThere": {K.LINK: "expected", K.NONE: "session", K.STAFF: "said_by_name entered_by entered_at"},
    "registers.AbsenceReport": {
        K.LINK: "pupil reported_by", K.ATTENDANCE: f"{DATED} halves received_at outcome code",
        K.CONTACT: "reported_by_name", K.NONE: "channel", K.FREE_TEXT: "reason nature words",
        K.STAFF: f"{BY_STAFF.format('taken')} {BY_STAFF.format('decided')}",
    },
    "registers.PassedCall": {K.LINK: "report", K.FREE_TEXT: "note",
        K.STAFF: f"passed_to passed_to_name {BY_STAFF.format('passed')}"},
    "registers.Contradiction": {K.LINK: "mark expected report", K.STAFF: "raised_at settled_at settled_by",
        K.ATTENDANCE: "lesson_code", K.FREE_TEXT: "outcome"},
    "registers.Movement": {
        K.LINK: "pupil collector", K.NONE: "entry lesson struck", K.ATTENDANCE: "kind at reason due_back_at permitted "
        "written_reason_seen", K.CONTACT: "collector_name checked_by", K.FREE_TEXT: "words because",
        K.STAFF: f"authorised_by_name {BY_STAFF.format('recorded')}",
    },
    "registers.Permit": {K.LINK: "pupil", K.SPECIAL: f"kind {DATED}", K.CONTACT: "word_of",
        K.STAFF: f"{BY_STAFF.format('given')} ended_by_name"},
    "registers.Muster": {K.NONE: "is_drill started_at ended_at", K.STAFF: "started_by started_by_name ended_by"},
    "registers.MusterPlace": {K.LINK: "muster pupil", K.ATTENDANCE: "group_name where"},
    "registers.MusterTick": {K.LINK: "place", K.ATTENDANCE: "found", K.STAFF: "by by_name at"},
    "letters.Letter": {
        K.LINK: "pupil", K.NONE: "template origin state", K.ATTENDANCE: "figures",
        K.STAFF: "proposed_at proposed_by sent_at sent_by withdrawn_at flagged_at",
        K.FREE_TEXT: "withdrawn_because flagged_because",
    },
    "letters.SentLetter": {K.LINK: "letter contact", K.CONTACT: "addressee address", K.ATTENDANCE: "pdf",
        K.NONE: "digest", K.STAFF: "sent_at sent_by_name sent_by_role"},
    "letters.Notice": {K.NONE: "subject words due_date", K.STAFF: "planned_by planned_by_name planned_at sent_by "
        "sent_by_name sent_at dropped_by dropped_at"},
    "letters.NoticeCopy": {K.LINK: "pupil contact", K.NONE: "notice family failed_because",
        K.CONTACT: "addressee address", K.STAFF: "tried_by tried_by_name tried_at"},
    "letters.CertifiedCopy": {K.LINK: "pupil", K.NONE: f"what {DATED} as_at reference digest", K.ATTENDANCE: "pdf",
        K.STAFF: BY_STAFF.format("certified")},
    "absence.LeaveRequest": {K.LINK: "pupil asked_by", K.ATTENDANCE: f"{DATED} halves asked_on", K.FREE_TEXT: "reason",
        K.STAFF: "entered_by entered_at"},
    "absence.LeaveDecision": {
        K.LINK: "request", K.ATTENDANCE: "outcome granted_from_date granted_until_date code checks",
        K.FREE_TEXT: "reason", K.STAFF: BY_STAFF.format("decided"),
    },
    "absence.LeaveFalsified": {K.LINK: "decision", K.ATTENDANCE: "code sessions", K.FREE_TEXT: "evidence",
        K.STAFF: BY_STAFF.format("found")},
    "absence.TruancyAlert": {
        K.LINK: "pupil", K.NONE: "lesson", K.SAFEGUARDING: "linked_at unreached_at",
        K.ATTENDANCE: "kind date last_seen last_seen_at ended_at ending minutes_late",
        K.FREE_TEXT: "words outcome sanction detention_at", K.STAFF: f"{BY_STAFF.format('raised')} linked_by_name "
        f"unreached_by_name ended_by ended_by_name ended_by_role {BY_STAFF.format('confirmed')}",
    },
    "absence.TruancyFinding": {K.LINK: "alert", K.NONE: "lesson", K.FREE_TEXT: "words", K.STAFF: "found_by_name",
        K.ATTENDANCE: "kind last_seen last_seen_at found_at answered_at answer minutes_late"},
    "absence.TruancyCall": {K.LINK: "alert contact", K.CONTACT: "reached", K.FREE_TEXT: "words",
        K.STAFF: BY_STAFF.format("called")},
    "absence.Task": {
        K.LINK: "pupil", K.NONE: "kind origin role due_at", K.FREE_TEXT: "words outcome dropped_because",
        K.STAFF: f"person {BY_STAFF.format('asked')} done_at done_by done_by_name dropped_at",
    },
    "absence.ParentContact": {K.LINK: "pupil contact", K.ATTENDANCE: "channel outcome", K.FREE_TEXT: "words",
        K.STAFF: f"made_at {BY_STAFF.format('entered')}"},
    "absence.LatenessFinding": {
        K.LINK: "pupil", K.NONE: "does words number",
        K.ATTENDANCE: "from_date until_date reached_on reached_half lates found_at withdrawn_at",
        K.FREE_TEXT: "withdrawn_because",
    },
    "absence.Detention": {
        K.LINK: "pupil finding alert series", K.NONE: "number words minutes starts_at place",
        K.ATTENDANCE: "on_date state offered_at", K.FREE_TEXT: "reason cancelled_because",
        K.STAFF: "set_at set_by set_by_name settled_at settled_by settled_by_name",
    },
    "escalation.Finding": {K.LINK: "pupil", K.NONE: "rule school_year threshold found_at",
        K.ATTENDANCE: "reached_on cleared_on value evidence"},
    "escalation.Case": {K.LINK: "pupil opened_because", K.ATTENDANCE: "stage next_step due_date opened_at closed_at",
        K.STAFF: "owner", K.FREE_TEXT: "closed_because"},
    "escalation.PupilStage": {K.LINK: "pupil finding case", K.NONE: "pack ladder source",
        K.ATTENDANCE: "stage label proposed_at entered_on entered_at acted_until_date review_on reviewed_at left_on "
        "withdrawn_at", K.FREE_TEXT: "left_because withdrawn_because"},
    "escalation.StageApproval": {K.LINK: "stage", K.STAFF: "role by by_name at"},
    "escalation.CaseTask": {K.LINK: "case stage letter", K.NONE: "organisation",
        K.ATTENDANCE: "does due_date made_at options chosen cancelled_at",
        K.FREE_TEXT: "words outcome cancelled_because", K.STAFF: "role done_at done_by done_by_name"},
    "escalation.PolicyIssue": {K.NONE: "number words superseded_at", K.STAFF: "issued_by issued_by_name issued_at"},
    "escalation.PolicyAcknowledgement": {K.NONE: "issue", K.STAFF: "by by_name by_role at"},
    "escalation.Organisation": {K.NONE: f"name offers phone email website {DATED} ended_at",
        K.STAFF: "added_by added_by_name added_at ended_by"},
    "escalation.Hold": {K.LINK: "pupil", K.SAFEGUARDING: f"reason words {DATED} restricted",
        K.STAFF: f"{BY_STAFF.format('placed')} ended_at ended_by"},
    "escalation.PastStep": {K.LINK: "pupil contact", K.ATTENDANCE: "kind name on_date outcome",
        K.CONTACT: "parent_name", K.STAFF: "imported_at imported_by"},
    "escalation.CaseNote": {K.LINK: "case", K.FREE_TEXT: "words", K.SAFEGUARDING: "restricted",
        K.STAFF: "by by_name by_role at"},
}  # fmt: skip


def kinds_of(label: str) -> dict[str, Kind]:
    """Return what each field of a model is, by its name."""
    return {name: kind for kind, names in CLASSIFIED.get(label, {}).items() for name in names.split()}
