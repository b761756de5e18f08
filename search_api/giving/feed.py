"""What was found as an Atom feed (RFC 4287): the latest to have come in, for programs that look again and again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from ulid import ULID

from mappings.record import RecordView
from search_api.giving.cells import in_xml
from search_api.giving.columns import Speaking

MOST_ENTRIES = 50
"""Records of one feed."""

MEDIA_TYPE = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_NO_ENTRY = datetime(1970, 1, 1, tzinfo=UTC)
ET.register_namespace("", _ATOM)


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. `key`: what makes it this feed wherever it is read from; `own`: its own address."""

    title: str
    key: str
    own: str
    page: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One record, and when it came to be in this feed."""

    view: RecordView
    at: datetime


def atom(head: FeedHead, entries: Sequence[Entry], speaking: Speaking) -> bytes:
    """The feed as a document; entries in the order given."""
    feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": speaking.language})
    _add(feed, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"tangthu:{head.key}").urn)
    _add(feed, "title", head.title)
    _add(feed, "updated", _moment(max((entry.at for entry in entries), default=_NO_ENTRY)))
    _add(ET.SubElement(feed, f"{{{_ATOM}}}author"), "name", "Tàng thư")
    ET.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "self", "type": "application/atom+xml", "href": in_xml(head.own)})
    ET.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": in_xml(head.page)})
    for entry in entries:
        _add_entry(feed, entry, speaking)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(feed: ET.Element, entry: Entry, speaking: Speaking) -> None:
    view, element = entry.view, ET.SubElement(feed, f"{{{_ATOM}}}entry")
    # The record's own id in the form that Atom wants, the same wherever the archive may be reached.
    _add(element, "id", uuid.UUID(bytes=bytes(ULID.from_str(view.record.id.upper()))).urn)
    _add(element, "title", _title(view))
    _add(element, "updated", _moment(entry.at))
    _add(element, "published", _moment(view.record.received_at))
    link = {"rel": "alternate", "type": "text/html", "href": speaking.address_of(view.record.id)}
    ET.SubElement(element, f"{{{_ATOM}}}link", link)
    if kind := view.value("kind"):
        ET.SubElement(element, f"{{{_ATOM}}}category", {"term": in_xml(kind)})
    _add(element, "summary", " · ".join(_told(view)) or view.record.file_name)


def _title(view: RecordView) -> str:
    known = (view.issue_number, view.value("subject"))
    return " – ".join(one for one in known if one) or view.value("kind") or view.record.file_name


def _told(view: RecordView) -> Iterable[str]:
    for name in ("kind", "issuer", "issued_on", "signer", "urgency"):
        if value := view.value(name):
            yield value


def _add(parent: ET.Element, name: str, untrusted_text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = in_xml(untrusted_text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
