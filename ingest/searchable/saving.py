"""How all of ours are written."""

from __future__ import annotations

import pikepdf


def save(pdf: pikepdf.Pdf, name: str) -> None:
    """Writes it as PDF 1.7 (ISO 32000-1), which PDF/A-2 is of, without encryption; the same content, the same bytes."""
    pdf.save(
        name,
        force_version="1.7",
        deterministic_id=True,
        encryption=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
