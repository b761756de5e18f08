"""PPTX, ODT and RTF made for the tests, as small as they can be."""

import io
import zipfile
from xml.sax.saxutils import escape

PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODT_SPACES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" '
    f'xmlns:style="{_ODF}:style:1.0"'
)


def zipped(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _relations(rows):
    listed = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in rows)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def slide(*paragraphs, more=""):
    """A part with these paragraphs, each in two runs."""
    runs = (f"<a:r><a:t>{escape(text[:3])}</a:t></a:r><a:r><a:t>{escape(text[3:])}</a:t></a:r>" for text in paragraphs)
    body = "".join(f"<a:p>{run}</a:p>" for run in runs)
    return f'<p:sld xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}"><p:txBody>{body}</p:txBody>{more}</p:sld>'


def pptx(slides, notes=None, order=None, **more):
    """A presentation. `notes`: number of a slide to its notes; `order`: the numbers in which they are shown."""
    order = order or range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in order)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/ppt/presentation.xml" '
        f'ContentType="{PPTX_MAIN}"/></Types>',
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_SLIDES}" xmlns:r="{_OFFICE}">'
        f"<p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relations(
            (f"rId{n}", "slide", f"slides/slide{n}.xml") for n in range(1, len(slides) + 1)
        ),
    }
    for number, content in enumerate(slides, 1):
        parts[f"ppt/slides/slide{number}.xml"] = content
    for number, content in (notes or {}).items():
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = _relations(
            [("rId1", "notesSlide", f"../notesSlides/notesSlide{number}.xml")]
        )
        parts[f"ppt/notesSlides/notesSlide{number}.xml"] = content
    return zipped(parts | more)


def odt(body, styles="", **more):
    """A text of OpenDocument; `body` is the markup within office:text."""
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODT_SPACES}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>",
    }
    if styles:
        parts["styles.xml"] = (
            f"<office:document-styles {ODT_SPACES}><office:master-styles>{styles}</office:master-styles>"
            "</office:document-styles>"
        )
    return zipped(parts | more)


def rtf(body, fonts=r"{\f0\fnil\fcharset0 Times New Roman;}"):
    """`body` as it stands in the file."""
    return rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl" + fonts.encode() + rb"}{\colortbl;\red1;}" + body + b"}"


def rtf_letters(text):
    """Letters as Word writes them: by their number, and once more for old readers."""
    codes = text.encode("utf-16-le")
    units = (int.from_bytes(codes[n : n + 2], "little", signed=True) for n in range(0, len(codes), 2))
    return b"".join(bytes([unit]) if 31 < unit < 127 and unit not in b"\\{}" else b"\\u%d?" % unit for unit in units)
