"""The registers room."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from registers.rules.seal import wrong_key


class RegistersConfig(AppConfig):
    """The registers room."""

    name = "registers"

    def ready(self) -> None:
        """Have `check --deploy` ask for the key of the seals."""
        checks.register(the_seal_has_a_key, checks.Tags.security, deploy=True)


def the_seal_has_a_key(**_: Any) -> list[checks.CheckMessage]:
    """Return why the registers cannot be sealed here, if they cannot."""
    wrong = wrong_key(settings.REGISTER_SEAL_KEY, secret_key=settings.SECRET_KEY)
    hint = "Set it to a long random text and keep it apart from the database (docs/deploying.md)."
    return [checks.Error(wrong, hint=hint, id="registers.E001")] if wrong else []
