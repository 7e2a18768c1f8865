"""The places of the header stand in one row where they fit, else those not for every day in a second."""

from attendance_mat.web.navigation import NavigationItem, in_rows

TODAY, POLICY, LETTERS = (
    NavigationItem("Today", "/today/"), NavigationItem("Policy", "/policy/", minor=True),
    NavigationItem("Letters", "/letters/"),
)  # fmt: skip


def test_few_places_stand_in_one_row() -> None:
    assert [item.label for item in in_rows([TODAY, POLICY, LETTERS], one_row=3) if not item.minor] == [
        "Today", "Letters", "Policy",
    ]  # fmt: skip


def test_of_many_those_not_for_every_day_stand_in_the_second() -> None:
    rows = in_rows([TODAY, POLICY, LETTERS], one_row=2)
    assert [(item.label, item.minor) for item in rows] == [("Today", False), ("Letters", False), ("Policy", True)]
