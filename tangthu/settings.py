"""Every setting, read once at the start and frozen. `docs/settings.md` is this table, held by a test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kernel.errors import BadValue


class Settings(BaseSettings):
    """Read from the environment, each as `TANGTHU_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="TANGTHU_", frozen=True, extra="ignore")

    data: Path = Field(Path("data"), description="Folder of the archive: originals, catalogue, index")
    drop: Path = Field(Path("scanner_drop"), description="Folder with incoming/ (watched) and rejected/")
    record_types: Path | None = Field(
        None, description="Folder with record types of the office's own (*.toml, see record-types.md); empty: none"
    )
    other_names: Path | None = Field(
        None, description="Folder with other names of places and agencies (*.toml, see asking.md); empty: none"
    )
    meaning_model: Path | None = Field(
        None,
        description="Folder of an embedding model (model.onnx, tokenizer.json, see meaning.md); empty: words alone",
    )
    meaning_threads: int = Field(1, ge=1, le=64, description="Threads of that model in each process")
    host: str = Field("127.0.0.1", description="Address that the page and the API listen on")
    hosts: str = Field(
        "",
        description=(
            "Names by which browsers may reach the page, separated by commas (a protection against DNS rebinding: "
            "any other Host is refused); empty: this machine's own names if it listens there only, else any; *: any"
        ),
    )
    port: int = Field(8000, ge=1, le=65535, description="Port that the page and the API listen on")
    tls_certificate: Path | None = Field(
        None, description="Certificate of this machine (PEM, with its chain), to be reached by HTTPS; empty: HTTP"
    )
    tls_key: Path | None = Field(None, description="Private key of the certificate (PEM); empty: in the same file")
    engine: Literal["embedded", "elasticsearch"] = Field("embedded", description="Search engine")
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Elasticsearch nodes, separated by commas")
    elasticsearch_username: str = Field("", description="User at Elasticsearch; empty: no sign-in")
    elasticsearch_password: SecretStr = Field(SecretStr(""), description="Password at Elasticsearch")
    elasticsearch_ca: Path | None = Field(None, description="Certificate file to trust at Elasticsearch")
    elasticsearch_index: str = Field("tangthu", description="Alias of the index at Elasticsearch")
    elasticsearch_shards: int = Field(1, ge=1, description="Shards of a new index at Elasticsearch")
    elasticsearch_replicas: int = Field(0, ge=0, description="Copies of each shard at Elasticsearch")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Catalogue as a SQLAlchemy URL (postgresql+psycopg://…); empty: SQLite in the data folder",
    )
    originals_url: str = Field(
        "", description="Originals on S3-compatible storage (s3://bucket/prefix); empty: in the data folder"
    )
    s3_endpoint_url: str = Field("", description="Address of the S3-compatible storage; empty: Amazon's")
    s3_region: str = Field("", description="Region of the S3-compatible storage; empty: its own default")
    s3_key: str = Field("", description="Access key at the S3-compatible storage; empty: as this machine is set up")
    s3_secret: SecretStr = Field(SecretStr(""), description="Secret key at the S3-compatible storage")
    originals_cache_mb: int = Field(
        10_000, ge=1, description="Room for local copies of originals on S3-compatible storage, in MB"
    )
    workers: int | str = Field(
        default_factory=lambda: os.cpu_count() or 1,
        description=(
            "Reading processes, by default one a core; or `dask://HOST:PORT` (`dask+tls://…`): the scheduler whose "
            "workers read (`tangthu worker`)"
        ),
    )
    # Looking at the file costs the processor too: with both a page stays within two minutes.
    page_seconds: int = Field(115, ge=5, description="Time limit for reading one page, in seconds")
    worker_memory_mb: int = Field(1024, ge=256, description="Memory limit of a reading process, in MB")
    ocr_languages: str = Field("vie", description="Tesseract languages, joined by +")
    max_upload_mb: int = Field(500, ge=1, description="Largest file that is taken, in MB")
    max_pages: int = Field(5000, ge=1, description="Most pages of one file")
    max_megapixels: int = Field(200, ge=1, description="Most pixels of one image or page, in millions")
    settle_seconds: float = Field(2.0, ge=0, description="A file is taken when unchanged for this long, in seconds")
    rescan_seconds: float = Field(
        5.0, gt=0, description="The drop folder is looked through at least this often, in seconds"
    )
    fixity_days: int = Field(
        90, ge=0, description="Each original is read again and compared within this many days; 0: only by `verify`"
    )
    backup_days: int = Field(
        7, ge=0, description="The home page tells of a last backup that is older than this many days; 0: never"
    )
    chain_heads: Path | None = Field(
        None, description="Folder for a file a day with the head of the chain of events; none: `chain-heads` in `data`"
    )
    chain_heads_smtp: SecretStr = Field(
        SecretStr(""),
        description=(
            "Mail server that the head of each day is handed to: smtp://user:password@host:587 or smtps://…; a "
            "password is never sent unencrypted; empty: heads are not mailed"
        ),
    )
    chain_heads_to: str = Field("", description="Addresses that the head of each day is mailed to, separated by commas")
    unit: str = Field("office", description="Unit that new records belong to")
    sign_in: Literal["with-accounts", "always"] = Field(
        "with-accounts",
        description=(
            "Who may come in without signing in: until the first account is made, whoever sits at this machine itself; "
            "`always`: nobody"
        ),
    )
    session_idle_minutes: int = Field(30, ge=1, description="A session nobody used for so long has ended, in minutes")
    session_hours: int = Field(12, ge=1, description="A session ends after so long in any case, in hours")
    sign_in_tries: int = Field(
        10,
        ge=1,
        description=(
            "Wrong passwords of one account from one address before it waits; five times as many of one account, ten "
            "times as many from one address"
        ),
    )
    sign_in_minutes: int = Field(15, ge=1, description="Time in which wrong passwords are counted, in minutes")
    oidc_issuer: str = Field(
        "",
        description=(
            "Provider that people may sign in by (OpenID Connect): its address as it stands in its tokens, https, or "
            "http on this machine itself (see rights.md); empty: none"
        ),
    )
    oidc_client_id: str = Field("", description="What that provider calls tangthu")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="Secret of tangthu at that provider; empty: a public client, by PKCE alone"
    )
    oidc_client_secret_file: Path | None = Field(None, description="File that holds that secret, instead of the value")
    oidc_name: str = Field("", description="What the button calls that provider; empty: the name of its machine")
    oidc_scopes: str = Field("openid profile", description="What that provider is asked for, separated by spaces")
    oidc_ca: Path | None = Field(
        None, description="Certificate file to trust at that provider, instead of those that this machine trusts"
    )
    oidc_seconds: float = Field(10.0, gt=0, le=60, description="Time limit for one answer of that provider, in seconds")
    oidc_anew: Literal["always", "unlock"] = Field(
        "always",
        description=(
            "When that provider must ask the person anew, though they have signed in there before: at each sign-in, as "
            "PCs are shared; `unlock`: only to open a locked PC and to link an identity"
        ),
    )
    requests_per_minute: int = Field(
        1200, ge=0, description="Most requests a minute of one person or key, for each process; 0: any number"
    )
    review_second_share: float = Field(
        0.05, ge=0, le=1, description="Share of what is reviewed that a second person looks at too, 0 to 1"
    )
    quarantine_keepers: str = Field(
        "",
        description=(
            "Accounts of the archivists who alone see, and may release, records that bear what may be the mark of a "
            "state secret, separated by commas; `local`: the person at this machine, and its commands; empty: nobody"
        ),
    )
    page_parts: Path | None = Field(
        None,
        description=(
            "Folder of the packages in search_api/web/parts/package-lock.json (`./run` sets it); empty: scans are "
            "shown as plain images"
        ),
    )
    language: Literal["vi", "en"] = Field("vi", description="Language of the page before a person chooses")

    @field_validator("workers")
    @classmethod
    def _number_or_address(cls, untrusted: int | str) -> int | str:
        """A number from 1, or an address of a scheduler; ValueError for anything else."""
        if isinstance(untrusted, str) and is_scheduler(untrusted):
            return untrusted
        if str(untrusted).isdecimal() and int(untrusted) > 0:
            return int(untrusted)
        raise ValueError("a number from 1, or dask://HOST:PORT")


def is_scheduler(untrusted_address: str) -> bool:
    """Whether it names a Dask scheduler as the settings do."""
    parts = urlsplit(untrusted_address)
    try:
        whole = bool(parts.hostname and parts.port)
    except ValueError:  # a port that is none
        return False
    return whole and parts.scheme in ("dask", "dask+tls") and parts.netloc == untrusted_address.partition("://")[2]


def read_settings(data: Path | None = None) -> Settings:
    """The settings of this process; `data` from the command line wins over the environment.

    Raises BadValue naming the first setting that makes no sense.
    """
    try:
        return Settings(data=data) if data is not None else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "TANGTHU_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadValue(name=name, value=first.get("input"), expected=first["msg"]) from error
