import datetime as dt

import pytest

from attendance_mat.policy.adopted import Adoption, NotInForceError, Override, Policy, assemble, faults_in, national
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.schema import (
    FirstDayContact,
    LeaveChecks,
    MorningSession,
    PenaltyNoticeThreshold,
    RegisterOpen,
    RegisterRetention,
)

TERM, TODAY = dt.date(2026, 9, 1), dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def minutes(n: object, *, on: dt.date = TERM, by_trust: bool = False, until: dt.date | None = None) -> Override:
    return Override(on, "register_open", {"minutes": n}, "Governors, 1 July", by_trust, until)


def policy(*overrides: Override, pack: str = "john_taylor") -> Policy:
    return assemble([Adoption(TERM, pack)], overrides)


def test_a_pack_that_is_silent_inherits() -> None:
    cited = policy(pack="wigston").cited(RegisterOpen, on=TODAY)

    assert (cited.value.minutes, cited.set_by) == (30, "National rules")


def test_a_pack_beats_what_it_builds_on() -> None:
    cited = policy().cited(RegisterOpen, on=TODAY)

    assert (cited.value.minutes, cited.set_by) == (10, "John Taylor Multi-Academy Trust attendance policy")
    assert str(cited.source).endswith("JTM-8.05, JTM-8.06")


def test_a_school_s_setting_beats_its_pack_and_says_why() -> None:
    cited = policy(minutes(15)).cited(RegisterOpen, on=TODAY)

    assert (cited.value.minutes, cited.set_by, str(cited.source)) == (
        15,
        "the school",
        "Setting of the school, Governors, 1 July",
    )


def test_a_trust_s_lock_beats_the_school_whichever_came_first() -> None:
    locked = minutes(20, by_trust=True)

    for settings in ([locked, minutes(15, on=TODAY)], [minutes(15), locked]):
        cited = policy(*settings).cited(RegisterOpen, on=TODAY)
        assert (cited.value.minutes, cited.set_by) == (20, "the trust")


def test_the_later_of_two_settings_holds_and_an_ended_one_does_not() -> None:
    earlier, later = minutes(15), minutes(25, on=TODAY)
    ended = minutes(5, on=TODAY, until=TODAY + DAY)

    assert policy(later, earlier).terms(RegisterOpen, on=TODAY - DAY).minutes == 15
    assert policy(later, earlier).terms(RegisterOpen, on=TODAY).minutes == 25
    assert policy(earlier, ended).terms(RegisterOpen, on=TODAY).minutes == 5
    assert policy(earlier, ended).terms(RegisterOpen, on=TODAY + DAY).minutes == 15


def test_a_pack_holds_from_its_adoption_until_the_next() -> None:
    moved = assemble([Adoption(TODAY, "wigston"), Adoption(TERM, "john_taylor")])

    starts = [moved.terms(MorningSession, on=day).starts for day in (TERM - DAY, TERM, TODAY - DAY, TODAY)]

    assert starts == [dt.time(8, 50), dt.time(8, 45), dt.time(8, 45), dt.time(8, 35)]
    assert moved.pack_name(on=TERM - DAY) == "national"


def test_a_pack_adopted_before_its_policy_was_made_is_silent_until_then() -> None:
    early = assemble([Adoption(dt.date(2023, 9, 1), "wigston")])

    assert early.terms(MorningSession, on=dt.date(2024, 8, 18)).starts == dt.time(8, 50)
    assert early.terms(MorningSession, on=dt.date(2024, 8, 19)).starts == dt.time(8, 35)


def test_the_law_s_six_years_beat_a_policy_s_three_and_the_page_can_say_so() -> None:
    aspire = assemble([Adoption(dt.date(2023, 9, 1), "aspire")])

    before = aspire.cited(RegisterRetention, on=dt.date(2024, 8, 18))
    since = aspire.cited(RegisterRetention, on=dt.date(2024, 8, 19))

    assert (before.value.years, before.overruled) == (3, None)
    assert (since.value.years, since.set_by) == (6, "National rules")
    assert since.overruled
    assert since.overruled.value.years == 3


def test_a_policy_may_keep_registers_longer() -> None:
    longer = policy(Override(TERM, "register_retention", {"years": 10}, "Archive"))

    assert longer.terms(RegisterRetention, on=TODAY).years == 10


def test_no_setting_holds_a_register_open_beyond_the_national_limit() -> None:
    cited = policy(minutes(45)).cited(RegisterOpen, on=TODAY)

    assert (cited.value.minutes, cited.overruled and cited.overruled.value.minutes) == (30, 45)


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        (minutes(45), "register_open: “minutes” may be at most 30, not 45."),
        (
            Override(TERM, "register_retention", {"years": 5}, ""),
            "register_retention: “years” may be at least 6, not 5.",
        ),
        (minutes("ten"), "register_open: “minutes” must be a whole number, not “ten”."),
        (minutes(12.5), "register_open: “minutes” must be a whole number, not “12.5”."),
        (
            Override(TERM, "penalty_notice_threshold", {"sessions": 5}, ""),
            "penalty_notice_threshold: This is set nationally; no school or trust may change it.",
        ),
        (Override(TERM, "unheard_of", {}, ""), "unheard_of: There is no parameter of this name."),
    ],
)
def test_a_setting_is_checked_before_it_is_stored(override: Override, fault: str) -> None:
    assert [str(each) for each in faults_in(override)] == [fault]


def test_a_good_setting_has_no_fault() -> None:
    leave = {"notice_days": 14, "unauthorised_sessions": None, "authorised_percent": 10}

    assert faults_in(minutes(20)) == ()
    assert faults_in(Override(TERM, "leave_checks", leave, "")) == ()
    assert policy(Override(TERM, "leave_checks", leave, "")).terms(LeaveChecks, on=TODAY).unauthorised_sessions is None


def test_lists_and_times_are_read_as_json_holds_them() -> None:
    steps = {"rule": "ten_in_ten_weeks", "opens_case": True, "next_step": "Call.", "due_school_days": 2}

    assert faults_in(Override(TERM, "follow_ups", {"rules": [steps]}, "")) == ()
    assert faults_in(Override(TERM, "morning_session", {"starts": "09:00"}, "")) == ()


def test_stored_settings_that_no_longer_fit_are_all_named() -> None:
    with pytest.raises(PolicyError) as refused:
        policy(minutes("ten"), Override(TERM, "unheard_of", {}, ""))

    assert len(refused.value.faults) == 2


def test_a_school_cannot_adopt_a_pack_that_does_not_exist() -> None:
    with pytest.raises(PolicyError, match="There is no pack named “shared”"):
        policy(pack="shared")


def test_the_penalty_threshold_was_not_there_before_19_august_2024() -> None:
    assert national().find(PenaltyNoticeThreshold, on=dt.date(2024, 8, 18)) is None
    assert national().terms(PenaltyNoticeThreshold, on=dt.date(2024, 8, 19)).sessions == 10
    with pytest.raises(NotInForceError, match="Nothing set “penalty_notice_threshold” on 2024-08-18"):
        national().terms(PenaltyNoticeThreshold, on=dt.date(2024, 8, 18))


def test_a_contact_at_the_close_is_no_later_than_the_national_default() -> None:
    assert policy(pack="aspire").terms(FirstDayContact, on=TODAY).minutes_after_close == 0
