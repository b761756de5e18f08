"""The container form, held without a Docker engine: it sets what we read, runs what we test, and gives little away."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.write_tables import variable_of
from tangthu.settings import Settings
from tests.servers.elasticsearch_unpacked import VERSION

CHECKOUT = Path(__file__).resolve().parents[2]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE_TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")

EVERY_VARIABLE = {variable_of(name) for name in Settings.model_fields}
WITH_DEFAULT = re.compile(r"\$\{(\w+):-([^}]*)\}")
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]*\}")


def image_environment() -> dict[str, str]:
    """What the ENV lines of the Dockerfile set."""
    found: dict[str, str] = {}
    for line in re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE):
        found.update(part.split("=", 1) for part in line.split())
    return found


def settings_in_container(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings as tangthu sees them there, every password being `secret`."""
    for variable in EVERY_VARIABLE:
        monkeypatch.delenv(variable, raising=False)
    for name, value in {**image_environment(), **SERVICES["tangthu"]["environment"]}.items():
        if name.startswith("TANGTHU_"):
            monkeypatch.setenv(name, REQUIRED.sub("secret", WITH_DEFAULT.sub(r"\2", str(value))))
    return Settings()


def test_every_variable_set_for_tangthu_is_a_setting() -> None:
    inside = image_environment().keys() | SERVICES["tangthu"]["environment"].keys()
    assert {name for name in inside if name.startswith("TANGTHU_")} <= EVERY_VARIABLE
    assert set(re.findall(r"TANGTHU_\w+", COMPOSE_TEXT + DOCKERFILE + EXAMPLE)) <= EVERY_VARIABLE


def test_tangthu_finds_its_engine_and_its_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in_container(monkeypatch)
    assert settings.engine == "elasticsearch"
    assert settings.elasticsearch_url == "http://elasticsearch:9200"
    assert (settings.elasticsearch_username, settings.elasticsearch_password.get_secret_value()) == (
        "elastic",
        "secret",
    )
    database = SERVICES["postgres"]["environment"]
    assert settings.database_url.get_secret_value() == (
        f"postgresql+psycopg://{database['POSTGRES_USER']}:secret@postgres:5432/{database['POSTGRES_DB']}"
    )


def test_both_sides_of_a_password_are_the_same_required_variable() -> None:
    tangthu = SERVICES["tangthu"]["environment"]
    elastic, database = SERVICES["elasticsearch"]["environment"], SERVICES["postgres"]["environment"]
    assert tangthu["TANGTHU_ELASTICSEARCH_PASSWORD"] == elastic["ELASTIC_PASSWORD"]
    assert database["POSTGRES_PASSWORD"] in tangthu["TANGTHU_DATABASE_URL"]


def test_no_password_is_written_down_or_has_a_default() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if "PASSWORD" in variable:
                assert REQUIRED.fullmatch(value), (name, variable)
    assert re.search(r"://[^$\s]*:[^$\s]*@", COMPOSE_TEXT) is None
    assert not any("PASSWORD" in name for name, _ in WITH_DEFAULT.findall(COMPOSE_TEXT))
    assert re.findall(r"^(\w*PASSWORD)=(.*)$", EXAMPLE, re.MULTILINE) == [
        ("ELASTICSEARCH_PASSWORD", ""),
        ("POSTGRES_PASSWORD", ""),
    ]


def test_the_example_names_every_variable_and_shows_the_defaults() -> None:
    example = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    needed = {**dict.fromkeys(REQUIRED.findall(COMPOSE_TEXT), ""), **dict(WITH_DEFAULT.findall(COMPOSE_TEXT))}
    assert example == needed


def test_elasticsearch_is_the_version_that_the_tests_run() -> None:
    image, version = SERVICES["elasticsearch"]["image"].split(":")
    assert (image, version) == ("elasticsearch", VERSION)


def test_the_client_is_of_the_major_version_of_the_server() -> None:
    client = re.search(r"^elasticsearch==(\d+)\.", LOCK, re.MULTILINE)
    assert client and SERVICES["elasticsearch"]["image"].split(":")[1].split(".")[0] == client[1]


def test_elasticsearch_asks_for_a_password() -> None:
    assert SERVICES["elasticsearch"]["environment"]["xpack.security.enabled"] == "true"


def test_only_tangthu_is_published_and_only_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["tangthu"]
    inside = settings_in_container(monkeypatch)
    (published,) = SERVICES["tangthu"]["ports"]
    assert WITH_DEFAULT.sub(r"\2", published) == f"127.0.0.1:8000:{inside.port}"
    assert f"EXPOSE {inside.port}" in DOCKERFILE
    # Within its own network namespace it must listen on every address, or nothing could be published.
    assert inside.host == "0.0.0.0"


def test_what_must_last_lies_in_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = settings_in_container(monkeypatch)
    mounted = {name: dict(volume.split(":")[:2] for volume in service["volumes"]) for name, service in SERVICES.items()}
    assert mounted["tangthu"] == {"originals": str(inside.data), "./scanner_drop": str(inside.drop)}
    assert mounted["elasticsearch"] == {"index": "/usr/share/elasticsearch/data"}
    assert mounted["postgres"] == {"catalogue": "/var/lib/postgresql/data"}
    named = {source for volumes in mounted.values() for source in volumes if not source.startswith(".")}
    assert named == set(COMPOSE["volumes"])


def test_tangthu_starts_after_both_are_healthy_and_each_is_asked_for_its_health() -> None:
    assert SERVICES["tangthu"]["depends_on"] == {
        name: {"condition": "service_healthy"} for name in SERVICES if name != "tangthu"
    }
    assert "elasticsearch" in SERVICES["elasticsearch"]["image"] and SERVICES["elasticsearch"]["healthcheck"]["test"]
    assert SERVICES["postgres"]["healthcheck"]["test"]
    assert re.search(r"^HEALTHCHECK .*/health/ready", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("name", list(SERVICES))
def test_each_container_is_limited_and_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[gm]", service["mem_limit"])
    assert service["pids_limit"] > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert not service.get("privileged")


def test_readers_fit_into_the_memory_of_their_container(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = settings_in_container(monkeypatch)
    limit_mb = int(SERVICES["tangthu"]["mem_limit"].removesuffix("g")) * 1024
    assert inside.workers * inside.worker_memory_mb + 1024 <= limit_mb


def test_half_of_the_memory_of_elasticsearch_is_heap_at_most() -> None:
    heap = re.search(r"-Xmx(\d+)g", SERVICES["elasticsearch"]["environment"]["ES_JAVA_OPTS"])
    assert heap and int(heap[1]) * 2 <= int(SERVICES["elasticsearch"]["mem_limit"].removesuffix("g"))


def test_the_image_does_not_run_as_root() -> None:
    *_, last_user = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    arguments = dict(re.findall(r"^ARG (\w+)=(.+)$", DOCKERFILE, re.MULTILINE))
    user, group = (arguments[part.strip("${}")] for part in last_user.split(":"))
    assert int(user) > 0 and int(group) > 0
    assert "RUN" not in DOCKERFILE.split(f"USER {last_user}")[1].split("HEALTHCHECK")[0]


def test_the_image_installs_by_hash_and_holds_every_layer() -> None:
    installs = re.findall(r"pip install .*", DOCKERFILE)
    assert installs and all("--require-hashes" in line and "requirements.lock" in line for line in installs)
    layers = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
    copied = re.findall(r"^COPY (\w+) /opt/tangthu/app/(\w+)$", DOCKERFILE, re.MULTILINE)
    assert sorted(copied) == sorted((layer, layer) for layer in layers)
    sent = re.findall(r"^!(.+)$", (CHECKOUT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(sent) == sorted([*layers, "requirements.lock"])


def test_the_image_installs_what_run_installs() -> None:
    asked = re.search(r"^ensure (.+)$", (CHECKOUT / "run").read_text(encoding="utf-8"), re.MULTILINE)
    packages = " ".join(re.findall(r"apt-get install (.+?)(?: &&|$)", DOCKERFILE, re.MULTILINE))
    assert asked and packages
    assert asked[1].split() == [
        "python",
        "tesseract",
        "vietnamese",
        "orientation",
        "office-fonts",
        "dejavu",
        "bubblewrap",
        "npm",
    ]
    assert set(packages.split()) >= {
        "python3", "python3-venv", "tesseract-ocr", "tesseract-ocr-vie", "tesseract-ocr-osd",
        "fonts-liberation2", "fonts-dejavu-core", "bubblewrap", "nodejs", "npm",
    }  # fmt: skip
