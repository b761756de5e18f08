"""The one place that talks to Elasticsearch: its calls, and its errors as ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from kernel.errors import EngineUnavailable
from search_api.engines.elasticsearch.query import Body

_SECONDS = 30.0
_RETRIES = 1
_REASON_LENGTH = 300


class ErrorAnswer(EngineUnavailable):
    """Elasticsearch is there, but answers with an error."""


class IndexGone(ErrorAnswer):
    """The index or alias asked for is not there (any more)."""


class TooMuch(ErrorAnswer):
    """413 or 429: more at once than it takes, ever or just now."""


class TurnedAway(TooMuch):
    """429: no room just now, which a large document may find never."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where Elasticsearch is and how to sign in. Empty `username`: no sign-in."""

    urls: tuple[str, ...]
    username: str = ""
    password: str = ""
    ca: Path | None = None

    def open(self) -> Client:
        """A client; it connects with the first call."""
        trust: dict[str, Any] = {"ca_certs": str(self.ca)} if self.ca else {}
        return Client(
            Elasticsearch(
                hosts=list(self.urls),
                basic_auth=(self.username, self.password) if self.username else None,
                **trust,
                request_timeout=_SECONDS,
                max_retries=_RETRIES,
                retry_on_timeout=False,
            )
        )


@contextmanager
def engine_errors() -> Iterator[None]:
    """The client's errors as EngineUnavailable."""
    try:
        yield
    except ApiError as error:
        reason = f"{error.status_code} {error.message}"[:_REASON_LENGTH]
        raise _KINDS.get(error.status_code, ErrorAnswer)(reason=reason) from error
    except TransportError as error:
        raise EngineUnavailable(reason=str(error)[:_REASON_LENGTH]) from error


class Client:
    """Calls on one cluster. Safe over threads. Errors: EngineUnavailable, IndexGone."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def search(self, index: str, body: Body, **options: Any) -> Body:
        """The answer; never a partial one, which would pass for all there is."""
        with engine_errors():
            answer: Body = self._client.search(
                index=index, **_parameters(body), allow_partial_search_results=False, **options
            ).body
            return answer

    def bulk(self, index: str, operations: Sequence[Body], require_alias: bool) -> list[Body]:
        """What became of each operation, in order: its id, status and error.

        400: the document is at fault; 409: a higher version is held. TooMuch if all or one was turned away with 413
        or 429, EngineUnavailable if for any other reason: all may be sent again.
        """
        with engine_errors():
            # Without this a missing alias would be made up as an index with a guessed mapping.
            answer = self._client.bulk(
                index=index, operations=operations, require_alias=require_alias, timeout="20s"
            ).body
        outcomes: list[Body] = [next(iter(one.values())) for one in answer["items"]]
        for outcome in outcomes:
            if "error" in outcome and outcome["status"] not in (400, 409):
                # Load, a part that is down, a full disk that blocks writing: no fault of the document.
                raise _KINDS.get(outcome["status"], EngineUnavailable)(reason=reason_of(outcome))
        return outcomes

    def count(self, index: str) -> int:
        """How many records the index has shown since its last refresh."""
        with engine_errors():
            return int(self._client.count(index=index).body["count"])

    def held(self, index: str, ids: Collection[str]) -> set[str]:
        """Which of these ids the index holds, what no search sees yet included."""
        if not ids:
            return set()
        with engine_errors():
            answer = self._client.mget(index=index, ids=sorted(ids), source=False).body
        return {one["_id"] for one in answer["docs"] if one.get("found")}

    def refresh(self, index: str) -> None:
        """Makes everything visible to searches."""
        with engine_errors():
            answer = self._client.indices.refresh(index=index).body
        if answer["_shards"]["failed"]:
            raise EngineUnavailable(reason="refresh failed on a shard")

    def create(self, index: str, definition: Body, aliases: Body | None = None) -> None:
        """A new index."""
        with engine_errors():
            self._client.indices.create(index=index, aliases=aliases, **definition)

    def mapping_meta(self, index: str) -> dict[str, Body]:
        """The `_meta` of each index behind this name."""
        with engine_errors():
            answer = self._client.indices.get_mapping(index=index).body
        return {name: one["mappings"].get("_meta", {}) for name, one in answer.items()}

    def aliases(self, pattern: str) -> dict[str, frozenset[str]]:
        """The indices of this pattern and each one's aliases; empty where there are none."""
        with engine_errors():
            answer = self._client.indices.get_alias(index=pattern, allow_no_indices=True).body
        return {name: frozenset(one["aliases"]) for name, one in answer.items()}

    def move_alias(self, alias: str, former: Sequence[str], index: str) -> None:
        """From the former indices to this one, in one step."""
        actions: list[Body] = [{"remove": {"index": name, "alias": alias}} for name in former]
        with engine_errors():
            self._client.indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": alias}}])

    def delete_indices(self, names: Sequence[str]) -> None:
        """Removes them; one that is not there is passed over."""
        if names:
            with engine_errors():
                self._client.indices.delete(index=list(names), ignore_unavailable=True)

    def ping(self, alias: str) -> None:
        """Returns if the cluster answers."""
        with engine_errors():
            self._client.indices.exists_alias(name=alias)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


_KINDS: dict[int, type[ErrorAnswer]] = {404: IndexGone, 413: TooMuch, 429: TurnedAway}


def reason_of(outcome: Body) -> str:
    """Why an operation of a bulk was refused, its innermost cause included."""
    error = outcome.get("error", {})
    cause = error.get("caused_by", {})
    parts = [str(one) for one in (error.get("reason"), cause.get("reason")) if one]
    return (": ".join(parts) or f"status {outcome.get('status')}")[:_REASON_LENGTH]


def _parameters(body: Body) -> dict[str, Any]:
    # The client takes the parts of the body by name, `_source` as `source`.
    return {("source" if name == "_source" else name): value for name, value in body.items()}
