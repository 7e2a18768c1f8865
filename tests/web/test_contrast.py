"""The style sheet's colours can be read, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

from pathlib import Path
from typing import Any

import pytest
import tinycss2

STYLE_SHEET = Path(__file__).parents[2] / "static/css/attendance.css"
FOR_TEXT = 4.5
FOR_SHAPES = 3.0
GROUNDS = ["paper", "surface", "sunken"]
TONES = ["good", "watch", "bad", "info", "quiet"]
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "muted", "accent", "accent-deep") for ground in GROUNDS],
    *[(tone, f"{tone}-tint") for tone in TONES],
    *[("ink", f"{tone}-tint") for tone in (*TONES, "accent")],
    *[("accent", f"{tone}-tint") for tone in ("good", "watch", "bad", "info")],
    *[(tone, "surface") for tone in TONES],
    ("bad", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("on-bad", "bad"),
    ("surface", "watch"),
    ("surface", "ink"),
    ("muted", "accent-tint"),
]
SHAPE_PAIRS = [(shape, ground) for shape in ("edge", "focus", "accent") for ground in GROUNDS]


def custom_properties(rules: list[Any]) -> dict[str, str]:
    """Return the custom properties of the :root rule among these."""
    for rule in rules:
        if rule.type == "qualified-rule" and tinycss2.serialize(rule.prelude).strip() == ":root":
            declared = tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True, skip_comments=True)
            return {
                one.name[2:]: tinycss2.serialize(one.value).strip() for one in declared if one.name.startswith("--")
            }
    return {}


def tokens(mode: str) -> dict[str, str]:
    """Return the tokens in force in light or dark mode."""
    sheet = tinycss2.parse_stylesheet(STYLE_SHEET.read_text(), skip_whitespace=True, skip_comments=True)
    found = custom_properties(sheet)
    for rule in sheet:
        if mode == "dark" and rule.type == "at-rule" and "dark" in tinycss2.serialize(rule.prelude):
            inner = tinycss2.parse_rule_list(rule.content, skip_whitespace=True, skip_comments=True)
            found |= custom_properties(inner)
    return found


def luminance(colour: str) -> float:
    """Return a colour's relative luminance."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the ratio WCAG asks for, from 1 to 21."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(mode: str, ink: str, ground: str) -> None:
    found = tokens(mode)
    assert contrast(found[ink], found[ground]) >= FOR_TEXT


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_edges_and_the_focus_ring_can_be_seen(mode: str, shape: str, ground: str) -> None:
    found = tokens(mode)
    assert contrast(found[shape], found[ground]) >= FOR_SHAPES


def test_every_colour_has_a_night_value() -> None:
    light, dark = tokens("light"), tokens("dark")
    colours = {name for name, value in light.items() if value.startswith("#")}
    assert {name for name in colours if light[name] == dark[name]} == set()
