"""docker-compose.yml and the Dockerfile, which no container engine reads in these tests."""

import re
from typing import Any

import pytest
import yaml

from attendance_mat.embedded import places
from attendance_mat.embedded.environment import RUNTIME

COMPOSE: dict[str, Any] = yaml.safe_load((places.CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate"}
SECRET = re.compile(r"PASSWORD|SECRET|_KEY")
PASSWORD_IN_ADDRESS = re.compile(r"://[^:/@]*:(.+)@")
FROM_ENVIRONMENT = re.compile(r"\$\{[A-Z_]+(:\?[^}]+|:-)\}")


def test_it_has_every_process_of_the_product() -> None:
    assert set(SERVICES) == {"database", "valkey", "migrate", "web", "worker", "opener", "beat"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_every_service_that_stays_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_secret_comes_from_the_environment_and_has_no_default(name: str) -> None:
    for variable, value in SERVICES[name]["environment"].items():
        if SECRET.search(variable):
            assert FROM_ENVIRONMENT.fullmatch(str(value)), variable
        for password in PASSWORD_IN_ADDRESS.findall(str(value)):
            assert FROM_ENVIRONMENT.fullmatch(password), variable


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_no_process_that_serves_people_knows_the_owners_password(name: str) -> None:
    assert "OWNER_PASSWORD" not in str(SERVICES[name])
    assert SERVICES[name]["environment"]["DATABASE_URL"] == "postgresql://database:5432/attendance"


def test_the_opener_alone_reads_the_owners_queue() -> None:
    assert "--queues owner" in " ".join(SERVICES["opener"]["command"])
    assert SERVICES["opener"]["environment"]["DATABASE_ROLE"] == "owner"
    for name in ("web", "worker", "beat"):
        assert "owner" not in str(SERVICES[name].get("command", "")), name
        assert "DATABASE_ROLE" not in SERVICES[name]["environment"], name


@pytest.mark.parametrize("name", ["web", "worker", "opener", "beat"])
def test_nothing_serves_before_the_database_is_migrated(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_what_is_kept_is_in_named_volumes() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = [mount for mount in mounts if not mount.startswith(".")]
    assert set(named) == set(COMPOSE["volumes"])


def test_the_image_runs_as_an_account_of_its_own_with_compressed_files() -> None:
    lines = (places.CHECKOUT / "Dockerfile").read_text().splitlines()
    account = next(number for number, line in enumerate(lines) if line.startswith("USER "))
    start = next(number for number, line in enumerate(lines) if line.startswith("CMD "))
    assert "root" not in lines[account]
    assert account < start
    text = "\n".join(lines)
    assert "whitenoise.storage.CompressedManifestStaticFilesStorage" in text
    assert f"--require-hashes --requirement {RUNTIME}" in text


def test_secrets_and_state_stay_out_of_the_image() -> None:
    ignored = (places.CHECKOUT / ".dockerignore").read_text().split()
    assert {".git", ".state", ".venv"} <= set(ignored)
