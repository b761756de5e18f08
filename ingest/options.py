"""How the pipeline is to work, and how it tells where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ingest.describing import describe
from ingest.intake.trouble import Trouble
from ingest.reading import ReadingOptions
from ingest.recognising import Limits
from ingest.state_secrets import read_and_look
from mappings.record import DescribedField, Page, PageState


class Pool(Protocol):
    """What reads: `ingest.sandbox.ReadingPool` here, `ingest.elsewhere.DaskPool` on other machines."""

    @property
    def workers(self) -> int:
        """How many calls are done at once; at least 1. May change."""

    def submit(self, function: Callable[..., Any], *arguments: object, seconds: float | None = None) -> Future[Any]:
        """Calls the function in a reading process."""

    def close(self) -> None:
        """Ends the calls."""


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken at most of a file that comes in: its bytes, and its pages and pixels."""

    max_bytes: int = 500 * 1024 * 1024
    limits: Limits = field(default_factory=lambda: Limits(5000, 200))


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """`read` and `describe` run in the pool's processes; seconds limit one describing."""

    reading: ReadingOptions = field(default_factory=ReadingOptions)
    describing_seconds: float = 60.0
    read: Callable[[str, str, int, ReadingOptions], Page] = read_and_look
    describe: Callable[[Sequence[Page]], dict[str, DescribedField]] = describe


@dataclass(frozen=True, slots=True)
class PipelineStatus:
    """How reading stands in this process, counted since its start. The catalogue has the whole."""

    records_in_hand: int = 0
    pages_in_hand: int = 0
    pages_read: int = 0
    pages_failed: int = 0
    records_finished: int = 0
    trouble: Trouble | None = None

    def after(self, saved: Sequence[Page], *, finished: bool) -> PipelineStatus:
        """How it stands when these pages of a record are saved, and the record itself if it is `finished`."""
        return replace(
            self,
            pages_read=self.pages_read + len(saved),
            pages_failed=self.pages_failed + sum(page.state is PageState.FAILED for page in saved),
            records_finished=self.records_finished + finished,
        )
