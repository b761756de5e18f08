"""What a record's page shows of its links: the documents that it names, and the records that name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mappings.record import RecordView
from search_api.access import Viewer
from search_api.linking import Link, LinkService
from search_api.web.patience import patiently
from search_api.web.record_address import RecordAddress
from search_api.web.search_view import title_of


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A record to go to. `sure`: surely the one that is named."""

    href: str
    issue_number: str | None
    issued_on: str | None
    title: str
    sure: bool


@dataclass(frozen=True, slots=True)
class ShownNamed:
    """A document as the record names it, and the records that may be it."""

    text: str
    links: tuple[ShownLink, ...]


@dataclass(frozen=True, slots=True)
class ShownLinks:
    """`known` False: the search engine does not answer, so that what the archive holds of them cannot be told."""

    refers_to: tuple[ShownNamed, ...] = ()
    referred_by: tuple[ShownLink, ...] = ()
    more: bool = False
    known: bool = True
    same_number: tuple[ShownLink, ...] = ()


def shown_links(service: LinkService, view: RecordView, viewer: Viewer) -> ShownLinks:
    """The links of a record; a page is shown without them rather than late or not at all."""
    found = patiently(lambda: service.links(view, viewer))
    if found is None:
        return ShownLinks(known=False)
    named = tuple(ShownNamed(one.reference.text, _shown(one.links)) for one in found.refers_to)
    return ShownLinks(named, _shown(found.referred_by), found.more, same_number=_shown(found.same_number))


def _shown(links: Sequence[Link]) -> tuple[ShownLink, ...]:
    return tuple(
        ShownLink(
            str(RecordAddress(link.view.record.id)),
            link.view.issue_number,
            link.view.value("issued_on"),
            title_of(
                link.view.value("subject"), link.view.value("kind"), link.view.issue_number, link.view.record.file_name
            ),
            link.sure,
        )
        for link in links
    )
