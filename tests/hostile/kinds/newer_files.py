"""Hostile WebP, JPEG 2000, PPTX, ODT, RTF, HTML and MSG files."""

from __future__ import annotations

import struct
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image

from tests.hostile.making import blanks, body, drawn, encoded, with_blocks
from tests.hostile.registry import hostile
from tests.unit.reading import messages, packages

# ---- pictures --------------------------------------------------------------------------------------------------------


@hostile("rejected-too-many-pixels--canvas-of-16384.webp", quick=True)
def huge_canvas(name: str) -> bytes:
    """The picture within is small; the canvas around it is not."""
    exif = Image.Exif()
    exif[0x0131] = name
    whole = bytearray(encoded(drawn(name), "WEBP", exif=exif))
    whole[24:30] = (16383).to_bytes(3, "little") * 2
    return bytes(whole)


@hostile("rejected-truncated--cut.webp")
def cut_webp(name: str) -> bytes:
    whole = encoded(drawn(name), "WEBP")
    return whole[: len(whole) // 2]


@hostile("rejected-unknown-type--moving.webp")
def moving(name: str) -> bytes:
    frames = [drawn(f"{name}{n}") for n in range(20)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])


def _with_words(whole: bytes, name: str) -> bytes:
    """A JPEG 2000 with a box more, that no reader knows: the same bytes twice would be one record."""
    content = name.encode()
    place = whole.index(b"jp2h") - 4
    return whole[:place] + struct.pack(">I4s", 8 + len(content), b"free") + content + whole[place:]


@hostile("rejected-too-many-pixels--60000-by-60000.jp2", quick=True)
def huge_jpeg_2000(name: str) -> bytes:
    """The box around says that it is small, the codestream says that it is not."""
    whole = _with_words(encoded(drawn(name), "JPEG2000"), name)
    place = whole.index(b"\xff\x4f\xff\x51") + 8
    return whole[:place] + struct.pack(">II", 60_000, 60_000) + whole[place + 8 :]


@hostile("rejected-damaged--144-million-tiles.jp2")
def tiles(name: str) -> bytes:
    whole = _with_words(encoded(drawn(name).resize((12_000, 12_000)), "JPEG2000", quality_layers=[200]), name)
    place = whole.index(b"\xff\x4f\xff\x51") + 24
    return whole[:place] + struct.pack(">II", 1, 1) + whole[place + 8 :]


@hostile("rejected-damaged--boxes-without-end.jp2")
def boxes(name: str) -> bytes:
    return b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\x08free" * 1_000_000 + name.encode()


@hostile("searchable--broken-colour-profile.webp")
def broken_profile(name: str) -> bytes:
    return encoded(drawn(name, "RGB"), "WEBP", icc_profile=name.encode() * 50, quality=95)


# ---- PPTX, ODT -------------------------------------------------------------------------------------------------------

_ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def _paragraph(name: str) -> str:
    return f"<text:p>{escape(body(name))}</text:p>"


@hostile("rejected-too-large--high-ratio.odt", quick=True)
def odt_bomb(name: str) -> bytes:
    return with_blocks(packages.odt(_paragraph(name)), "more.xml", blanks(600))


@hostile("rejected-damaged--external-entity.odt")
def odt_entity(name: str) -> bytes:
    return packages.odt("", **{"content.xml": f"{_ENTITY}<a>&x;{name}</a>"})


@hostile("rejected-damaged--100000-deep.odt")
def odt_deep(name: str) -> bytes:
    return packages.odt(_paragraph(name) + "<text:span>" * 100_000 + "</text:span>" * 100_000)


@hostile("searchable--spaces-by-the-billion.odt")
def odt_spaces(name: str) -> bytes:
    return packages.odt(_paragraph(name) + '<text:p><text:s text:c="999999999"/></text:p>' * 50)


@hostile("searchable--names-that-climb.odt")
def odt_climbing(name: str) -> bytes:
    return packages.odt(_paragraph(name), **{"../../../tmp/tangthu-climbed": b"x", "/etc/tangthu-climbed": b"x"})


@hostile("rejected-encrypted--parts.odt")
def odt_encrypted(name: str) -> bytes:
    return packages.odt(_paragraph(name), **{"META-INF/manifest.xml": "<manifest:encryption-data/>"})


@hostile("rejected-damaged--external-entity.pptx")
def pptx_entity(name: str) -> bytes:
    return packages.pptx([f"{_ENTITY}<a>&x;{name}</a>"])


@hostile("searchable--one-slide-100000-times.pptx", quick=True)
def same_slide(name: str) -> bytes:
    return packages.pptx([packages.slide(body(name))], order=[1] * 100_000)


@hostile("rejected-too-many-pages--6000-slides.pptx")
def many_slides(name: str) -> bytes:
    return packages.pptx([packages.slide(f"{body(name)} {n}") for n in range(6_000)])


@hostile("searchable--slides-from-afar.pptx")
def remote_slide(name: str) -> bytes:
    link = packages._relations([("rId1", "notesSlide", "../../../../../../etc/passwd")])
    return packages.pptx([packages.slide(body(name))], **{"ppt/slides/_rels/slide1.xml.rels": link})


# ---- RTF, HTML -------------------------------------------------------------------------------------------------------


@hostile("rejected-damaged--million-groups.rtf", quick=True)
def rtf_groups(name: str) -> bytes:
    return b"{\\rtf1 " + name.encode() + b"{" * 1_000_000


@hostile("rejected-truncated--bytes-that-are-not-there.rtf")
def rtf_bin(name: str) -> bytes:
    return packages.rtf(packages.rtf_letters(body(name)) + rb"\bin2000000000 x")


@hostile("searchable--million-fonts.rtf")
def rtf_fonts(name: str) -> bytes:
    fonts = "".join(rf"{{\f{n} F{n};}}" for n in range(300_000))
    return packages.rtf(packages.rtf_letters(body(name)), fonts)


@hostile("searchable--field-that-runs.rtf")
def rtf_field(name: str) -> bytes:
    field = rb"{\field{\*\fldinst DDEAUTO c:\\windows\\cmd.exe}{\fldrslt x}}{\*\template http://127.0.0.1:9/x.dot}"
    return packages.rtf(packages.rtf_letters(body(name)) + field)


@hostile("partly--object-inside.rtf")
def rtf_object(name: str) -> bytes:
    return packages.rtf(packages.rtf_letters(body(name)) + rb"{\object\objupdate{\*\objdata d0cf11e0a1b11ae1}}")


@hostile("searchable--script-and-remote-picture.html", quick=True)
def html_script(name: str) -> bytes:
    page = f'<!doctype html><script>x()</script><img src="http://127.0.0.1:9/x.png" onerror=x()><p>{body(name)}</p>'
    return page.encode()


@hostile("searchable--200000-open-elements.html")
def html_deep(name: str) -> bytes:
    return (f"<!doctype html><p>{body(name)}</p>" + "<div>" * 200_000 + "<!--" * 200_000 + "<a " * 200_000).encode()


@hostile("rejected-too-large--60-megabytes.html")
def html_large(name: str) -> bytes:
    buffer = BytesIO()
    buffer.write(f"<html><p>{body(name)}</p>".encode())
    buffer.write(b"<p>x</p>" * (60 * 1024 * 1024 // 8))
    return buffer.getvalue()


# ---- MSG -------------------------------------------------------------------------------------------------------------


@hostile("rejected-damaged--chain-in-a-ring.msg")
def msg_ring(name: str) -> bytes:
    whole = messages.outlook({"0037": name, "1000": body(name) * 200})
    table = (struct.unpack_from("<I", whole, 76)[0] + 1) * 512
    return whole[:table] + struct.pack("<I", 0) + whole[table + 4 :]


@hostile("rejected-damaged--20000-attachments.msg")
def msg_attachments(name: str) -> bytes:
    return messages.outlook({"1000": body(name)}, ["x"] * 20_000)


@hostile("partly--mail-30-deep.msg")
def msg_deep(name: str) -> bytes:
    inner: dict[str, object] = {"__substg1.0_0037001F": b"x"}
    for _ in range(30):
        inner = {"__attach_version1.0_#00000000": {"__substg1.0_3701000D": inner}}
    return messages.outlook({"1000": body(name)}, **inner)


@hostile("searchable--script-in-a-mail.msg", quick=True)
def msg_script(name: str) -> bytes:
    page = f'<html><script>x()</script><img src="http://127.0.0.1:9/x.png"><p>{body(name)}</p></html>'
    return messages.outlook({"0037": name}, **{"__substg1.0_10130102": page.encode()})
