"""What a manifest must be before an archive is believed."""

import json

import pytest

from attendance_mat.keeping.rules.archive import FORM, ArchiveWrongError, read_manifest, signature
from registers.rules.seal import mark_of_key

KEY = b"k" * 32


def manifest(**said: object) -> bytes:
    return json.dumps({"form": FORM, "key_mark": mark_of_key(KEY), "files": {}, **said}).encode()


def test_a_manifest_is_read_once_its_signature_holds() -> None:
    whole = manifest(files={"people.csv": {"sha256": "ab", "rows": 2}})
    assert read_manifest(whole, signature(whole, key=KEY), key=KEY)["digests"] == {"people.csv": "ab"}


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (manifest(form=FORM + 1), f"manifest.json has form {FORM + 1}, which this release cannot read."),
        (manifest(key_mark="another"), "manifest.json was signed with another key than REGISTER_SEAL_KEY."),
        (manifest(files=[]), "manifest.json cannot be read."),
        (b"{", "manifest.json cannot be read."),
    ],
)
def test_one_of_another_form_or_key_or_that_cannot_be_read_is_refused(whole: bytes, said: str) -> None:
    with pytest.raises(ArchiveWrongError) as refused:
        read_manifest(whole, signature(whole, key=KEY), key=KEY)
    assert list(refused.value.faults) == [said]


def test_one_that_was_signed_by_nobody_is_refused() -> None:
    with pytest.raises(ArchiveWrongError):
        read_manifest(manifest(), "0" * 64, key=KEY)
