"""What the components say, to eyes and to a screen reader."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from attendance_mat.web import charts
from attendance_mat.web.figures import SumTile
from attendance_mat.web.navigation import NavigationItem, mark_current


def draw(source: str, *, query: str = "", **values: object) -> str:
    """Return what a template draws, as one line."""
    request = RequestFactory().get(f"/pupils/?{query}")
    template = Template("{% load attendance components charts %}" + source)
    return re.sub(r"\s+", " ", template.render(RequestContext(request, values))).strip()


class LeaveForm(forms.Form):
    reason = forms.CharField(help_text="As the parent put it.")
    half = forms.ChoiceField(choices=[("am", "Morning"), ("pm", "Afternoon")], widget=forms.RadioSelect)
    pupil = forms.IntegerField(widget=forms.HiddenInput)


def test_a_field_names_its_hint_and_its_error() -> None:
    form = LeaveForm({"half": "am", "pupil": "1"})
    html = draw('{% include "components/field.html" with field=form.reason only %}', form=form)
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert [f'id="{name}"' in html for name in described[1].split()] == [True, True]
    assert 'aria-invalid="true"' in html


def test_a_form_lists_its_problems_first_and_links_to_each_field() -> None:
    html = draw("{{ form }}", form=LeaveForm({"pupil": "1"}))
    links = re.findall(r'<a href="#([^"]+)">', html)
    assert links == ["id_reason", "id_half_0"]
    assert all(f'id="{link}"' in html for link in links)
    assert html.index("There is a problem") < html.index("<label")


def test_a_fault_in_a_hidden_field_is_said_too() -> None:
    html = draw("{{ form }}", form=LeaveForm({"reason": "Ill.", "half": "am"}))
    assert "<li>Pupil: This field is required.</li>" in html


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert "There is a problem" not in draw("{{ form }}", form=LeaveForm())


def test_what_was_typed_is_not_lost() -> None:
    assert 'value="Ill."' in draw("{{ form }}", form=LeaveForm({"reason": "Ill."}))


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ('code="I" kind="authorised_absence" title="Sickness"', ["code-authorised_absence", "I<span", " Sickness<"]),
        ('code="O" kind="unauthorised_absence" amended=True', ["code-amended", ", amended"]),
        ('code="N" kind="unauthorised_absence"', ["code-N"]),
        ('code=""', ["code-missing", "no mark"]),
    ],
)
def test_a_badge_says_in_words_what_its_shape_says(parameters: str, expected: list[str]) -> None:
    html = draw('{% include "components/code_badge.html" with ' + parameters + " only %}")
    assert [words for words in expected if words not in html] == []


@pytest.mark.parametrize(("counted", "times"), [(5, 0), (4, 1)])
def test_a_sum_that_does_not_balance_says_so(counted: int, times: int) -> None:
    total, tiles = SumTile("on roll", 30), [SumTile("in", 25), SumTile("late", counted)]
    html = draw('{% include "components/sum_tiles.html" with total=total tiles=tiles only %}', total=total, tiles=tiles)
    assert html.count("does not balance") == times


def test_the_sum_shows_both_numbers_and_the_percentage() -> None:
    source = (
        '{% include "components/sum.html" with top=248 bottom=302 top_label="present" bottom_label="possible" only %}'
    )
    assert [words for words in ("248", "302", "82.1%", "Show the sum") if words not in draw(source)] == []


def test_nothing_possible_gives_no_percentage() -> None:
    source = '{% include "components/sum.html" with top=0 bottom=0 top_label="present" bottom_label="possible" only %}'
    assert "%" not in draw(source)


@pytest.mark.parametrize(
    ("sorted_by", "link", "direction"),
    [("", "sort=rate", None), ("rate", "sort=-rate", "ascending"), ("-rate", "sort=rate", "descending")],
)
def test_a_heading_sorts_turns_round_and_keeps_the_filter(sorted_by: str, link: str, direction: str | None) -> None:
    source = '{% sort_heading "Attendance" "rate" sorted_by=order numeric=True %}'
    html = draw(source, query="year=9&page=3", order=sorted_by)
    assert "year=9" in html
    assert "page=3" not in html
    assert f"{link}&" in html or f'{link}"' in html
    assert (f'aria-sort="{direction}"' in html) if direction else ("aria-sort" not in html)


def test_the_next_page_keeps_the_filter() -> None:
    page = Paginator(range(120), 50).page(2)
    html = draw('{% include "components/pagination.html" with page=page only %}', query="year=9&page=2", page=page)
    assert re.findall(r'href="([^"]+)"', html) == ["?year=9&amp;page=1", "?year=9&amp;page=3"]


def test_a_panel_holds_the_page_s_own_markup_and_escapes_its_heading() -> None:
    html = draw('{% panel heading=name anchor="y" %}<p>{{ name }}</p>{% endpanel %}', name="<b>")
    assert '<h2 class="panel-heading">&lt;b&gt;</h2> <p>&lt;b&gt;</p>' in html


def test_a_chart_breaks_its_line_where_a_week_is_missing_and_its_table_says_none() -> None:
    html = draw('{% line_chart points caption="Weekly" %}', points=[("1", 90.0), ("2", 80.0), ("3", None), ("4", 85.0)])
    assert html.count("<polyline") == 2
    assert '<td class="number">none</td>' in html


def test_a_sparkline_reads_out_its_first_lowest_and_last_value() -> None:
    html = draw('{% sparkline values label="Weekly attendance" %}', values=[95.5, None, 82, 91])
    assert "Weekly attendance: first 95.5%, lowest 82%, last 91%" in html
    assert "nothing to show" in draw('{% sparkline values label="Weekly attendance" %}', values=[])


def test_bars_and_dots_carry_their_figures() -> None:
    bars = draw(
        '{% bar_chart rows caption="Days" series="Morning,Afternoon" %}', rows=[("Mon", [93, None]), ("Fri", [90, 82])]
    )
    assert bars.count("<rect") == 3
    assert "82%" in bars
    dots = draw(
        '{% dot_plot dots caption="Schools" low=80 %}', dots=[("Larkfield", 93.4, "/s/larkfield/"), ("New", None, "")]
    )
    assert dots.count("<circle") == 1
    assert "93.4%" in dots


def test_a_scale_holds_values_within_its_ends() -> None:
    scale = charts.Scale(low=80, high=100, start=100, end=0)
    assert [scale.at(value) for value in (100, 90, 80, 12, 130)] == [0, 50, 100, 100, 0]
    assert charts.Scale(low=5, high=5, start=10, end=0).at(5) == 10


def test_the_current_place_is_the_longest_address_that_matches() -> None:
    items = [NavigationItem("Today", "/s/larkfield/"), NavigationItem("Pupils", "/s/larkfield/pupils/")]
    marked = mark_current(items, "/s/larkfield/pupils/7/")
    assert [item.current for item in marked] == [False, True]


def test_a_component_needs_no_request() -> None:
    template = Template('{% load attendance %}{% sort_heading "Name" "name" %}')
    assert "?sort=name" in template.render(Context({}))
