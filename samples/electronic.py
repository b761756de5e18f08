"""The samples that never were paper: a PDF with its text, a DOCX, a text file, a mail."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from io import BytesIO
from pathlib import Path

import pikepdf
from docx import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from samples.document import Centred, Document, Paragraph
from samples.layout import MOTTO

MAIL_SUBJECT = "Đề nghị xác nhận lịch giao nhận hồ sơ tháng 12"
_STYLE = """
@page { size: A4; margin: 20mm 18mm 20mm 30mm }
body { font: 13.5pt Tinos, 'Liberation Serif', serif; text-align: justify }
table { width: 100%; border-collapse: collapse } td { vertical-align: top; text-align: center; width: 45% }
p { margin: 4pt 0; text-indent: 12.7mm } .c { text-align: center; font-weight: bold; text-indent: 0 }
.n { text-indent: 0; text-align: left; font-size: 11pt; margin: 0 }
"""


def save_printed_pdf(document: Document, path: Path) -> None:
    """Printed by Chromium: real text, as from a word processor. Stripped of what changes from run to run."""
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-headless-shell")
        or shutil.which("google-chrome")
        or "chromium"
    )
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(_html(document), encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
        ]
        subprocess.run(
            [chromium, *options, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True
        )
        with pikepdf.open(printed) as pdf:
            del pdf.docinfo
            pdf.save(path, deterministic_id=True)


def _html(document: Document) -> str:
    issuer = "<br>".join(f"<b>{escape(line)}</b>" for line in document.issuer_lines)
    number = f"Số: {document.number}/{document.symbol}"
    head = (
        f"<table><tr><td>{issuer}</td><td style='width:55%'>"
        f"<b style='font-size:12.5pt'>{MOTTO[0]}</b><br><b>{MOTTO[1]}</b></td></tr>"
        f"<tr><td><br>{escape(number)}</td><td><br><i>{escape(document.date_line)}</i></td></tr></table><br>"
    )
    title = (
        f"<p class=c>{document.kind.upper()}</p><p class=c>{'<br>'.join(map(escape, document.subject_lines))}</p><br>"
    )
    return (
        f"<meta charset=utf-8><style>{_STYLE}</style>{head}{title}{''.join(map(_html_block, document.body))}<br>"
        f"<table><tr><td><p class=n><b><i>Nơi nhận:</i></b></p>{_html_recipients(document)}</td>"
        f"<td><b>{'<br>'.join(document.sign)}</b><br><br><br><br><b>{escape(document.signer)}</b></td></tr></table>"
    )


def _html_recipients(document: Document) -> str:
    return "".join(f"<p class=n>- {escape(line)}</p>" for line in document.recipients)


def _html_block(block: object) -> str:
    if isinstance(block, Centred):
        return f"<p class=c>{escape(block.text)}</p>"
    if isinstance(block, Paragraph):
        opening = f"<b>{escape(block.opening)}</b> " if block.opening else ""
        text = f"<i>{escape(block.text)}</i>" if block.italic else escape(block.text)
        return f"<p>{opening}{text}</p>"
    return ""


def save_docx(document: Document, path: Path) -> None:
    """As offices write it: the head and the signature in tables without borders."""
    word = WordDocument()
    word.core_properties.created = word.core_properties.modified = datetime(2024, 11, 5, tzinfo=UTC)
    head = word.add_table(rows=1, cols=2).rows[0].cells
    left = [
        document.parent,
        *document.issuer_lines,
        f"Số: {document.number}/{document.symbol}",
        *document.subject_lines,
    ]
    _fill(head[0].paragraphs[0], [line for line in left if line], head[0])
    _fill(head[1].paragraphs[0], [*MOTTO, document.date_line], head[1])
    for line in ("", f"Kính gửi: {document.to[0]}", ""):
        word.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in document.body:
        if isinstance(block, Paragraph):
            word.add_paragraph(block.text)
    foot = word.add_table(rows=1, cols=2).rows[0].cells
    _fill(foot[0].paragraphs[0], ["Nơi nhận:", *(f"- {line}" for line in document.recipients)], foot[0])
    _fill(foot[1].paragraphs[0], [*document.sign, "", "", document.signer], foot[1])
    word.styles["Normal"].font.name = "Times New Roman"
    word.styles["Normal"].font.size = Pt(13)
    held = BytesIO()
    word.save(held)
    _with_one_date(held, path)


def _with_one_date(held: BytesIO, path: Path) -> None:
    """The same archive with the same date on each part, so that the file is the same at each run."""
    with zipfile.ZipFile(held) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name in parts.namelist():
            written.writestr(zipfile.ZipInfo(name, (2024, 11, 5, 9, 0, 0)), parts.read(name), zipfile.ZIP_DEFLATED)


def _fill(first: WordParagraph, lines: list[str], cell: object) -> None:
    first.text = lines[0]
    for line in lines[1:]:
        cell.add_paragraph(line)  # type: ignore[attr-defined]


def save_text(document: Document, path: Path) -> None:
    """Plain text, the two columns one under the other."""
    rows = [*document.issuer_lines, f"Số: {document.number}/{document.symbol}", "", *MOTTO, document.date_line, ""]
    rows += [document.kind.upper(), *document.subject_lines, ""]
    rows += [block.text for block in document.body if isinstance(block, Paragraph)]
    rows += ["", *document.sign, "", document.signer, "", "Nơi nhận:", *(f"- {line}" for line in document.recipients)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def save_mail(path: Path) -> None:
    """A mail from one office to another."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Phòng Nội vụ An Phước <pnv@anphuoc.example>"
    mail["To"] = "Trung tâm Lưu trữ lịch sử <ttltls@binhsonthuong.example>"
    mail["Subject"] = MAIL_SUBJECT
    mail["Date"] = datetime(2024, 11, 28, 2, 15, tzinfo=UTC)
    mail["Message-ID"] = "<20241128.0001@anphuoc.example>"
    mail.set_content(
        "Kính gửi Trung tâm Lưu trữ lịch sử,\n\n"
        "Phòng Nội vụ đề nghị Trung tâm xác nhận lịch giao nhận 48 mét giá hồ sơ của phông Ủy ban nhân dân huyện\n"
        "từ ngày 09 đến ngày 13 tháng 12 năm 2024. Xe của huyện sẽ đến kho lúc 8 giờ mỗi ngày.\n\n"
        "Trân trọng,\nMai Xuân Hậu\n",
        cte="8bit",
    )
    path.write_bytes(bytes(mail))
