"""The pages of targets and of trying a policy, looked at by axe in real Chromium, light and dark, wide and narrow."""

import datetime as dt

import pytest
from django.core.cache import cache

from attendance_mat import clock
from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.targets import add_target_note
from escalation import tasks
from escalation.gateways import simulations
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.test_why_pages import complaints
from tests.clauses.marking import FIRST, make_attendance, make_target

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
SEPTEMBER = dt.date(2026, 9, 1)


@pytest.fixture
def marked(live_school: LiveSchool, monkeypatch: pytest.MonkeyPatch) -> LiveSchool:
    """Have Alder follow John Taylor's policy with two targets, and four pupils' marks; no worker is there."""
    people, at = live_school.people, clock.now()
    tara = people.member("tara")
    adopt_policy(live_school.school, pack="john_taylor", from_date=SEPTEMBER, by=tara, at=at)
    live_school.school.refresh_from_db()
    make_attendance(65, 80, by=people.tess, group="sen")
    make_target(live_school.school, "90", by=tara)
    target = make_target(live_school.school, "96", by=tara, group="sen")
    add_target_note(target, words="Home visits on Mondays.", by=people.ben, at=at)
    cache.clear()
    monkeypatch.setattr(tasks.simulate_policy, "delay", lambda **_: None)
    return live_school


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_targets_nor_on_a_policy_tried(marked: LiveSchool, scheme: str, width: int) -> None:
    # Given the headteacher and the trust's attendance manager, and a simulation asked for
    looks = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    ben, tara = marked.page("ben", **looks), marked.page("tara", **looks)
    today = clock.today()
    asked = simulations.Asked("wigston", FIRST, today, stage="stage_two", than=96)
    version = f"{marked.school.policy_version} {today}"
    trial = marked.address("policy/simulate/")
    query = f"{trial}?pack=wigston&from_date={FIRST}&to_date={today}&stage=stage_two&than=96"
    key = marked.school.targets.last().pk

    # When each page is opened: lists, one target, an empty note; a trial begun, waiting, refused and done
    found = {
        "school": complaints(ben, marked.address("targets/")),
        "target": complaints(ben, marked.address(f"targets/{key}/")),
        "trust": complaints(tara, "/targets/"),
        "schools": complaints(tara, "/trust/"),
        "empty": complaints(ben, trial),
        "nonsense": complaints(ben, f"{trial}?pack=nowhere", status=422),
        "waiting": complaints(ben, query),
    }
    tasks.simulate_policy(schema_name=marked.school.schema_name, asked=asked.as_json(), version=version)
    found["done"] = complaints(ben, query)

    # Then there is nothing to mend, and the result is there
    assert not {name: said for name, said in found.items() if said}
    assert "As tried" in ben.content()
