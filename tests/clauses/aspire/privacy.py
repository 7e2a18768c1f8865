"""Register data that leaves for an authority is logged: to whom, how many pupils, when and by whom."""

import datetime as dt

from registers.models import Disclosure
from tests.clauses import proves
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.keeping.inspections import url
from tests.people import People

AUTHORITY = "Kestrelshire County Council"


@proves("AET-6.08")
def test_an_export_of_twenty_five_pupils_stands_in_the_log_with_recipient_day_and_person(
    adopt: Adopt, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    adopt("aspire")
    session = make_session(monday_morning.date())
    for _ in range(25):
        make_mark(make_pupil(group=make_group()), session, "/", by=people.tess)
    asked = {
        "from_date": "2026-11-23", "last_date": "2026-11-23", "group": "", "as_at": "", "recipient": AUTHORITY,
        "purpose": "Request of its attendance team.",
    }  # fmt: skip

    assert browse("alma").post(url("extract"), asked).status_code == 200

    (logged,) = Disclosure.objects.all()
    assert (len(logged.pupils), logged.recipient, logged.by_name) == (25, AUTHORITY, "Alma Reyes")
    page = browse("ben").get(url("disclosures")).text
    for words in (AUTHORITY, "25", "23 Nov 2026", "Alma Reyes"):
        assert words in page
