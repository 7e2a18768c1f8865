"""What every page's frame shows about the person using it: where they may go, and as whom."""

from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from attendance_mat.accounts.addresses import public_url, school_url
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.accounts.roles import Role, scope_of
from attendance_mat.trust import queries
from attendance_mat.trust.models import School
from attendance_mat.web.navigation import NavigationItem, SchoolLink, SignedIn, in_rows, mark_current


class Place(NamedTuple):
    """A page of the main navigation, and the permission without which it is not listed."""

    label: str
    name: str
    permission: Permission
    widest: Scope = Scope.TRUST  # nor is it for those whose permission reaches further
    minor: bool = False  # not for every day: in the second row, where there are many

    def is_for(self, using: Member) -> bool:
        """Say whether a member has this page in their navigation."""
        scope = using.scope(self.permission)
        return scope is not None and scope <= self.widest


ONE_ROW: Final = 11  # places of the header that fit beside each other on an office's screen
IN_A_SCHOOL: Final = (
    Place("Your registers", "registers:start", Permission.TAKE_REGISTER, widest=Scope.YEAR),
    Place("Today", "registers:today", Permission.SEE_TODAY),
    Place("Late desk", "registers:late-desk", Permission.KEEP_LATE_DESK),
    Place("On site", "registers:on-site", Permission.SEE_ON_SITE),
    Place("Pupils", "registers:pupils", Permission.SEE_PUPIL),
    Place("Roll", "admission:roll", Permission.CHANGE_PARTICULARS, minor=True),
    Place("Cases", "escalation:cases", Permission.SEE_CASES),
    Place("Truancy", "absence:truancy", Permission.FOLLOW_UP_TRUANCY),
    Place("Tasks", "absence:tasks", Permission.DO_TASKS),
    Place("Lateness", "absence:lateness", Permission.SEE_LATENESS),
    Place("Leave", "absence:leave-requests", Permission.SEE_LEAVE_REQUESTS),
    Place("Letters", "letters:letters", Permission.SEE_LETTERS),
    Place("Figures", "figures:school", Permission.SEE_SCHOOL_FIGURES, minor=True),
    Place("Policy", "escalation:policy", Permission.SEE_POLICY, minor=True),
    Place("Targets", "figures:targets", Permission.SEE_SCHOOL_FIGURES, minor=True),
    Place("Calendar", "registers:calendar", Permission.SET_CALENDAR, minor=True),
    Place("Records", "keeping:records", Permission.KEEP_RECORDS, minor=True),
    Place("Records", "keeping:extract", Permission.EXPORT_REGISTERS, minor=True),
    Place("Records", "keeping:access-log", Permission.SEE_ACCESS_LOG, minor=True),
    Place("Inspection", "keeping:inspection", Permission.INSPECT_REGISTERS),
    Place("Imports", "registers:imports", Permission.IMPORT_RECORDS, minor=True),
    Place("People", "people:people", Permission.MANAGE_STAFF, minor=True),
)
IN_THE_TRUST: Final = (
    Place("Schools", "reporting:trust", Permission.SEE_TRUST),
    Place("Policies", "policies:packs", Permission.SEE_POLICY),
    Place("Targets", "reporting:targets", Permission.SEE_TRUST),
    Place("People", "people:people", Permission.MANAGE_TRUST),
)


def member(request: HttpRequest) -> dict[str, Any]:
    """Return the member in use, for the head of the page. Lists are made only if a page draws them."""
    using: Member | None = getattr(request, "member", None)
    school: School | None = getattr(request, "school", None)
    user: User | None = getattr(request, "user", None)
    known = user if user and user.is_authenticated else None
    return {
        "member": using,
        "navigation": SimpleLazyObject(lambda: _navigation(request, using)) if known else [],
        "schools": SimpleLazyObject(lambda: _schools(request)) if known else [],
        "school_name": school.name if school else "",
        "signed_in": SignedIn(known.name, using.role.label if using else "") if known else None,
        "log_out_url": public_url("accounts:logout") if known else "",
    }


def first_page(role: Role, school: School | None) -> str:
    """Return where a person in this role begins, in a school or (None) in the trust."""
    if school is None:
        return public_url("reporting:trust")
    begins_at_registers = scope_of(role, Permission.SEE_OWN_START_PAGE) is not None
    return school_url(school.slug, "registers:start" if begins_at_registers else "figures:school")


def _navigation(request: HttpRequest, using: Member | None) -> list[NavigationItem]:
    items: list[NavigationItem] = []
    if using and using.school is None:
        items += [NavigationItem(p.label, public_url(p.name)) for p in IN_THE_TRUST if p.is_for(using)]
    if using and using.school:
        if using.may(Permission.SEE_TRUST):
            items.append(NavigationItem("All schools", public_url("reporting:trust")))
        places = {p.label: p for p in reversed(IN_A_SCHOOL) if p.is_for(using)}  # the first of each name
        items += [NavigationItem(p.label, reverse(p.name), minor=p.minor) for p in reversed(places.values())]
    if len(getattr(request, "memberships", [])) > 1:
        items.append(NavigationItem("Your roles", public_url("accounts:roles"), minor=True))
    return mark_current(in_rows(items, one_row=ONE_ROW), request.path)


def _schools(request: HttpRequest) -> list[SchoolLink]:
    """Return the schools to change to: one's own, or all of them for a member of the trust (one query)."""
    memberships: list[Membership] = getattr(request, "memberships", [])
    of_the_trust = next((row for row in memberships if row.school is None), None)
    places = {row.school: Role(row.role) for row in reversed(memberships) if row.school}
    if of_the_trust:
        places = {school: Role(of_the_trust.role) for school in queries.schools()} | places
    here = getattr(request, "school", None)
    ordered = sorted(places.items(), key=lambda place: place[0].name)
    return [SchoolLink(school.name, first_page(role, school), school == here) for school, role in ordered]
