"""What the processes ask of their environment, and what they say when it is not there."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from atomicpay.env import InvalidSetting, MissingSetting, parse_environment

CHECKOUT = Path(__file__).resolve().parents[2]
REQUIRED = (
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EXPORT_ROOT",
    "UPLOAD_ROOT",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)
COMPLETE = {
    "SECRET_KEY": "k",
    "DATABASE_URL": "postgresql://app_runtime:r@db:5432/history",
    "REDIS_URL": "redis://queue/0",
    "SITE_URL": "https://history.example.com/",
    "ALLOWED_HOSTS": "history.example.com, www.example.com",
    "EXPORT_ROOT": "/exports",
    "UPLOAD_ROOT": "/uploads",
    "EMAIL_URL": "consolemail://",
    "DEFAULT_FROM_EMAIL": "no-reply@example.com",
}
OWNER_URL = {"DATABASE_OWNER_URL": "postgresql://app_owner:o@db:5432/history"}


class RecordedMapping(Mapping[str, str]):
    """Remembers which variables it was asked for."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self.variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_missing_variable_is_named(name: str, value: str | None) -> None:
    variables = {**COMPLETE, name: value or ""}
    if value is None:
        del variables[name]

    with pytest.raises(MissingSetting) as refusal:
        parse_environment(variables)

    assert refusal.value.name == name
    assert name in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_AS", "admin"),
        ("LOG_LEVEL", "loud"),
        ("SITE_URL", "history.example.com"),
        ("TRUSTED_PROXIES", "some"),
        ("EXPORT_BUCKET_URL", "https://s3.example.com/bucket"),
        ("EXPORT_BUCKET_URL", "s3://s3.example.com/"),
        ("EXPORT_DOWNLOADS", "somehow"),
        ("EXPORT_DOWNLOADS", "signed"),
    ],
)
def test_invalid_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        parse_environment({**COMPLETE, name: value})

    assert refusal.value.name == name


def test_complete_environment_is_read() -> None:
    environment = parse_environment(COMPLETE)

    assert environment.site_url == "https://history.example.com"
    assert environment.allowed_hosts == ("history.example.com", "www.example.com")
    assert environment.export_root == Path("/exports")
    assert environment.log_level == "INFO"
    assert environment.trusted_proxies == 0


def test_bucket_is_read_from_its_address() -> None:
    environment = parse_environment(
        {**COMPLETE, "EXPORT_BUCKET_URL": "s3://key:se%2Fcret@s3.example.com/files?region=sa-east-1"}
    )

    assert environment.export_bucket == {
        "bucket_name": "files",
        "endpoint_url": "https://s3.example.com",
        "access_key": "key",
        "secret_key": "se/cret",
        "region_name": "sa-east-1",
    }
    assert "cret" not in repr(environment)
    assert parse_environment(COMPLETE).export_bucket is None


def test_web_server_cannot_send_what_lies_in_a_bucket() -> None:
    bucket = {"EXPORT_BUCKET_URL": "s3://s3.example.com/files"}
    assert (
        parse_environment({**COMPLETE, **bucket, "EXPORT_DOWNLOADS": "signed"}).export_downloads == "signed"
    )

    with pytest.raises(InvalidSetting) as refusal:
        parse_environment({**COMPLETE, **bucket, "EXPORT_DOWNLOADS": "accel"})

    assert refusal.value.name == "EXPORT_DOWNLOADS"


def test_process_connects_as_the_runtime_role_unless_told() -> None:
    served = parse_environment(COMPLETE | OWNER_URL)
    migrated = parse_environment(COMPLETE | OWNER_URL | {"DATABASE_AS": "owner"})

    assert (served.database["USER"], migrated.database["USER"]) == ("app_runtime", "app_owner")
    assert "OPTIONS" not in served.database


def test_runtime_role_is_put_on_when_it_has_no_login() -> None:
    environment = parse_environment({**COMPLETE, "RUNTIME_ROLE": "readers"})

    assert environment.runtime_database["OPTIONS"] == {"options": "-c role=readers"}
    assert "OPTIONS" not in environment.owner_database


def test_secrets_are_not_in_the_representation() -> None:
    shown = repr(parse_environment({**COMPLETE, **OWNER_URL, "SECRET_KEY": "hush-key"}))

    assert not re.search("hush-key|app_runtime:r|app_owner:o|queue", shown)
    assert "history.example.com" in shown


def test_example_names_every_variable_that_is_read() -> None:
    variables = RecordedMapping(COMPLETE)
    parse_environment(variables)
    example = set(re.findall(r"^([A-Z_]+)=", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))
    for_compose_only = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "RUNTIME_PASSWORD"}
    set_by_manage_py = {"DATABASE_AS"}

    assert example - for_compose_only == variables.asked - set_by_manage_py
