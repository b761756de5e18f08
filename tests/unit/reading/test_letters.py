"""Words from PDFium's letters: the same as the slower parser's, better where named, and none where there is a doubt."""

import io
import unicodedata

import pikepdf
import pypdfium2 as pdfium
import pytest

from benchmarks import old_encodings
from benchmarks.born_digital import SAMPLE
from ingest.reading import ReadingOptions, letters, pdf, read_page
from ingest.recognising import PDF
from mappings.record import Page, PageState, ReadBy
from tests.unit.reading import pages, pdfs

TEXT = " ".join(pages.LINES)
POINT = 1.0


def written(content, *, size=12, font="Times-Roman", **page):
    """A page of a content stream: /F the font, /G its italics; both in the encoding of Windows."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))

    def face(name):
        return pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name("/" + name),
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )

    made.pages[0].obj.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(F=face(font), G=face("Times-Italic")),
    )
    made.pages[0].obj.Contents = made.make_stream(content)
    for key, value in page.items():
        made.pages[0].obj["/" + key] = value
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def lines_of(*lines, size=12, font="F", x=60, y=780):
    shown = b"".join(b"(%s) Tj T*\n" % line.encode("cp1252") for line in lines)
    return b"BT /%s %d Tf %d TL %d %d Td\n%sET\n" % (font.encode(), size, size + 4, x, y, shown)


def both(content, number=1):
    """The words by letters (None: doubt), those of the parser, and the size of the page."""
    document = pdfium.PdfDocument(content)
    page = document[number - 1]
    text = page.get_textpage()
    try:
        return letters.words_of(page, text), pdf._best_layer(page, number)[0], page.get_size()
    finally:
        text.close()
        page.close()
        document.close()


def texts(words):
    return [word.text for word in words]


def furthest(quick, slow, size):
    """The largest distance between two sides of the same word, in points."""
    width, height = size
    return max(
        max(
            abs(one.box.x0 - other.box.x0) * width,
            abs(one.box.x1 - other.box.x1) * width,
            abs(one.box.y0 - other.box.y0) * height,
            abs(one.box.y1 - other.box.y1) * height,
        )
        for one, other in zip(quick, slow, strict=True)
    )


def cropped():
    def crop(opened):
        opened.pages[0].mediabox = [-50, -100, 700, 900]
        opened.pages[0].cropbox = [20, 400, 595.2, 841.92]

    return pdfs.changed(pdfs.born_digital(), crop)


def in_a_form():
    """The text drawn by a form that shrinks it."""

    def wrap(opened):
        page = opened.pages[0]
        form = opened.make_stream(page.Contents.read_bytes())
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, page.mediabox
        form.Resources, form.Matrix = page.Resources, [0.8, 0, 0, 0.8, 30, 50]
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        page.obj.Contents = opened.make_stream(b"q 1 0 0 1 5 5 cm /X Do Q")

    return pdfs.changed(pdfs.born_digital(), wrap)


def invisible():
    words = [(word + " ", 40 + 90 * (n % 6), 800 - 14 * (n // 6)) for n, word in enumerate(TEXT.split())]
    blank = pdfs.scanned(pages.Image.new("L", (595, 842), "white"), dpi=72)
    return pdfs.with_text_on_top(blank, words, invisible=True)


ENGLISH = ("The office of the province has difficulties with", "its files, which are kept in the archive for ever")
SAME = {
    "a sample of ours": SAMPLE.read_bytes,
    "words as objects of their own": pdfs.born_digital,
    "small print": lambda: pdfs.born_digital(size=28),
    "decomposed letters": lambda: pdfs.born_digital([unicodedata.normalize("NFD", line) for line in pages.LINES]),
    "part of the page visible, with text beyond it": cropped,
    "in a form": in_a_form,
    "under a scan, invisible": invisible,
    "italics": lambda: written(lines_of(*ENGLISH, font="G")),
    "two columns, one after the other": lambda: written(lines_of(*ENGLISH) + lines_of(*ENGLISH, x=330)),
    "narrowed letters": lambda: written(b"80 Tz " + lines_of(*ENGLISH)),
    "raised letters": lambda: written(
        b"BT /F 12 Tf 60 700 Td (The area is 120 m) Tj 4 Ts /F 8 Tf (2) Tj /F 12 Tf 0 Ts ( and not more) Tj ET"
    ),
    "letters raised by far are words": lambda: written(
        lines_of(*ENGLISH) + b"BT /F 12 Tf 60 500 Td (The area is 120 m) Tj 6 Ts (2) Tj 0 Ts (and not more) Tj ET"
    ),
    "letters far apart are words": lambda: written(lines_of(*ENGLISH) + b"4 Tc " + lines_of("ABCD EFG", y=600)),
    "off the page": lambda: written(lines_of(*ENGLISH) + lines_of("beyond the top of it", y=900)),
    "of no size": lambda: written(lines_of(*ENGLISH) + lines_of("nothing is to be seen", size=0, y=500)),
    "a hyphen at the end of a line": lambda: written(lines_of(*ENGLISH, "a hyphen at the end of a line: war-", "time")),
    "signs that are rare": lambda: written(lines_of(*ENGLISH, "see § 5, 20° to 25 °C, “as is” – and © ®")),
}


@pytest.mark.parametrize("name", SAME)
def test_the_words_their_boxes_lines_and_blocks_are_those_of_the_parser(name):
    quick, slow, size = both(SAME[name]())
    assert quick is not None, "the parser would be asked"
    if name == "of no size":  # the renderer leaves them out, and so does PDFium's text
        slow = [word for word in slow if word.box.y1 > word.box.y0]
    assert texts(quick) == texts(slow)
    assert [(word.line, word.block) for word in quick] == [(word.line, word.block) for word in slow]
    assert furthest(quick, slow, size) <= POINT


def test_words_parted_by_a_small_step_and_no_space_are_not_run_together():
    # As TeX, FOP and justified text of browsers have it: 2.4 points are a space at a size of 8.
    line = b"[" + b" -300 ".join(b"(%s)" % word.encode() for word in ENGLISH[0].split()) + b"] TJ"
    quick, slow, _ = both(written(lines_of(*ENGLISH) + b"BT /F 8 Tf 60 600 Td " + line + b" ET"))
    assert texts(quick) == [*" ".join(ENGLISH).split(), *ENGLISH[0].split()]
    assert texts(slow) == [*" ".join(ENGLISH).split(), "".join(ENGLISH[0].split())]


def test_text_drawn_twice_to_look_bold_is_read_once():
    quick, slow, _ = both(written(lines_of(*ENGLISH) + b"1 0 0 1 0.3 0 cm " + lines_of(*ENGLISH)))
    assert texts(quick) == " ".join(ENGLISH).split()
    assert texts(slow) == 2 * texts(quick)


def test_text_too_far_off_to_have_a_place_is_left_out():
    far = b"BT 1 0 0 1 1e38 1e38 Tm 1e38 0 Td /F 12 Tf (far away) Tj ET"
    quick, _, _ = both(written(lines_of(*ENGLISH) + far))
    assert texts(quick) == " ".join(ENGLISH).split()


def test_ligatures_are_letters():
    ligature = pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=[1, pikepdf.Name.fi])

    def with_ligature(opened):
        opened.pages[0].Resources.Font.F.Encoding = ligature

    quick, slow, _ = both(pdfs.changed(written(lines_of(*ENGLISH, "\x01les and of\x01ces")), with_ligature))
    assert texts(quick)[-3:] == texts(slow)[-3:] == ["files", "and", "offices"]


def turned(degrees):
    return pdfs.changed(pdfs.born_digital(), lambda opened: opened.pages[0].rotate(degrees, relative=False))


def unmapped():
    """A font of glyphs by number that does not say which letters they are."""

    def forget(opened):
        del next(iter(opened.pages[0].Resources.Font.values())).ToUnicode

    return pdfs.changed(pdfs.born_digital(), forget)


def of_old_encoding(name, font, **how):
    return old_encodings.as_pdf(old_encodings.ENCODERS[name](TEXT), font, **how)


DOUBTS = {
    "the page is turned": lambda: turned(90),
    "the page stands on its head": lambda: turned(180),
    "a line rises": lambda: written(lines_of(*ENGLISH) + b"BT 0.9 0.4 -0.4 0.9 60 400 Tm /F 12 Tf (a stamp) Tj ET"),
    "a line runs up": lambda: written(lines_of(*ENGLISH) + b"BT 0 1 -1 0 60 400 Tm /F 12 Tf (a margin) Tj ET"),
    "mirrored": lambda: written(b"-1 0 0 1 595 0 cm " + lines_of(*ENGLISH)),
    "TCVN3": lambda: of_old_encoding("TCVN3", "ABCDEF+TT1"),
    "TCVN3, no encoding told": lambda: of_old_encoding("TCVN3", "ABCDEF+TT1", symbolic=True),
    "TCVN3 by name": lambda: written(lines_of(*ENGLISH), font=".VnTime"),
    "VNI": lambda: of_old_encoding("VNI", "ABCDEF+TT1"),
    "VNI, no encoding told": lambda: of_old_encoding("VNI", "ABCDEF+TT1", symbolic=True),
    "VNI by name": lambda: written(lines_of(*ENGLISH), font="VNI-Times"),
    "one line of VNI in a page of Unicode": lambda: pdfs.joined(mixed()),
    "glyphs without letters": unmapped,
    "codes without letters": lambda: written(lines_of(*ENGLISH) + b"BT /F 12 Tf 60 500 Td (a\001b\002c) Tj ET"),
    "letters in a heap": lambda: pdfs.changed(
        written(lines_of(*ENGLISH)),
        lambda opened: opened.pages[0].Resources.Font.F.update(
            {"/FirstChar": 0, "/LastChar": 255, "/Widths": pikepdf.Array([0] * 256)}
        ),
    ),
    "a word whose letters stand apart": lambda: written(
        lines_of(*ENGLISH) + b"BT /F 12 Tf 60 500 Td [(D) -220 (E) -220 (C) -220 (R) -220 (E) -220 (E)] TJ ET"
    ),
    "one letter a word": lambda: written(b"5 Tc " + lines_of(*ENGLISH)),
    "no text": lambda: written(lines_of("qzx wkrt pfgh jklm zxcv bnmq wrtp sdfg hjkl qwrt ypsd fghj klzx cvbn")),
}


def mixed():
    line = old_encodings.ENCODERS["VNI"]("Điều 2. Giao Phòng Nội vụ chủ trì, phối hợp với các đơn vị").hex().encode()
    return written(lines_of(*ENGLISH, *ENGLISH) + b"BT /F 12 Tf 60 400 Td <" + line + b"> Tj ET")


@pytest.mark.parametrize("name", DOUBTS)
def test_where_there_is_a_doubt_the_parser_is_asked(name):
    assert both(DOUBTS[name]())[0] is None


def test_a_page_of_very_many_letters_is_read_from_its_picture(tmp_path, monkeypatch):
    path = tmp_path / "file.pdf"
    lines = (b"1 0 0 1 %d %d Tm (office of the ) Tj " % (n % 100 * 9, n // 100 * 4) for n in range(20_000))
    path.write_bytes(written(b"BT /F 1 Tf %s ET" % b"".join(lines)))
    from_picture = Page(1, PageState.SEARCHABLE, ReadBy.OCR)
    monkeypatch.setattr(pdf.layer, "words_of", lambda _: pytest.fail("was parsed"))
    monkeypatch.setattr(pdf.letters, "words_of", lambda *_: pytest.fail("was taken"))
    monkeypatch.setattr(pdf, "read_raster", lambda *_: from_picture)
    assert read_page(str(path), PDF, 1, ReadingOptions()) is from_picture
