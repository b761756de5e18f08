"""What a mail says that it is about: its own subject, whatever the papers say that it quotes."""

from __future__ import annotations

from mappings.record import DescribedField, Page, ReadBy

_OPENS, _SUBJECT = "From: ", "Subject: "


def read_mail_subject(page: Page) -> DescribedField | None:
    """The subject among the headers that a mail's text begins with (`ingest.reading.mail`); None for other texts."""
    if page.read_by is not ReadBy.FILE_TEXT or not page.text.startswith(_OPENS):
        return None
    headers = page.text.partition("\n\n")[0].split("\n")
    told = next((line.removeprefix(_SUBJECT) for line in headers if line.startswith(_SUBJECT)), "")
    return DescribedField("subject", told, 1.0, page=page.number) if told else None
