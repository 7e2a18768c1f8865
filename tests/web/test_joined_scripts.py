"""A page's scripts reach the browser as one file, made of small ones by topic."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from attendance_mat.web.joined import JOINED, Part, joined

SOURCES = Path(settings.BASE_DIR, "static/js/registers")
PARTS = sorted({part for parts in JOINED.values() for part in parts})
DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def test_every_script_of_the_registers_is_in_a_file_that_is_sent() -> None:
    assert {file for part in PARTS for file in part.files} == set(SOURCES.rglob("*.js"))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.folder}-{part.names[0]}")
def test_no_two_files_of_a_part_give_a_name_twice(part: Part) -> None:
    names = DECLARED.findall("\n".join(file.read_text() for file in part.files))
    assert sorted(names) == sorted(set(names))


def test_in_development_a_joined_file_follows_its_parts(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    place = Path(str(finders.find("js/register-page.js")))
    assert place.read_text() == joined("js/register-page.js")
    place.write_text("of an earlier release")
    assert finders.find("js/register-page.js", find_all=True) == [str(place)]
    assert place.read_text() == joined("js/register-page.js")


def test_joined_files_are_collected_under_names_that_change_with_them(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_FINDERS = ["attendance_mat.web.joined.JoinedScripts"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in JOINED:
        stem = Path(name).stem
        hashed = [file for file in (tmp_path / "collected/js").glob(f"{stem}.*.js") if file.name != f"{stem}.js"]
        assert [file.read_text() for file in hashed] == [joined(name)]
