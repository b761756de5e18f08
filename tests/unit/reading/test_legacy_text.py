"""Text of before Unicode is repaired where it proves to be such, and nothing else is touched."""

import io
import unicodedata

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn

from benchmarks import old_encodings
from benchmarks.legacy_text import right, sample_texts
from ingest.reading import ReadingOptions, read_page
from ingest.reading.legacy import named, repaired_text, repairs, share_read
from ingest.reading.plain import decoded
from ingest.reading.syllables import BAD_SHARE, GOOD_SHARE, is_garbage, syllable_share
from ingest.recognising import DOCX, PDF, XLSX
from mappings.record import ReadBy

GOOD = (
    "Căn cứ Luật Tổ chức chính quyền địa phương, như sau: Ủy ban nhân dân huyện giao các phòng thực hiện chỉnh lý "
    "tài liệu lưu trữ, hướng dẫn đơn vị trước ngày 15 tháng 6, báo cáo kết quả về Sở Nội vụ."
)
ENGLISH = (
    "The committee of the province — see § 5, © 2020 — has decided that all of the records in the café, which have "
    "been kept “as is” since 1998, are to be scanned by naïve readers at 20° to 25 °C."
)
FRENCH = "Le préfet a décidé que les dossiers numérisés à l'époque où l'été était chaud sont gardés à l'hôtel d'à côté"


def read(tmp_path, content, media_type):
    path = tmp_path / "stored"
    path.write_bytes(content)
    return read_page(str(path), media_type, 1, ReadingOptions())


def plain(text):
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def spoiled(name, text=GOOD):
    return old_encodings.ENCODERS[name](text).decode("cp1252")


@pytest.mark.parametrize("name", ["TCVN3", "VNI", "VIQR", "Windows-1258", "UTF-16"])
def test_text_files_of_old_encodings_are_read(name):
    assert plain(decoded(old_encodings.ENCODERS[name](GOOD))) == plain(GOOD)


@pytest.mark.parametrize("name", ["TCVN3", "VNI", "VIQR"])
def test_repaired_text_proves_good_where_it_was_garbage(name):
    before, after = spoiled(name), repaired_text(spoiled(name))
    assert share_read(before) <= BAD_SHARE < GOOD_SHARE <= syllable_share(after)
    assert not is_garbage(after)


@pytest.mark.parametrize(
    "text", [GOOD, GOOD.upper(), ENGLISH, FRENCH, "", "©", "½ ¾ ½ ¼", "các bác làm cá, lá và má", "12/QĐ-UBND"]
)
def test_text_that_is_good_or_foreign_is_left_alone(text):
    assert repaired_text(text) == text
    assert repairs({"a": text, ".VnTime": GOOD, "VNI-Times": GOOD}) == {}


def test_mojibake_of_another_kind_is_left_to_ocr():
    broken = GOOD.encode().decode("cp1252", "replace")
    assert repaired_text(broken) == broken


def test_a_word_that_is_unicode_already_is_not_touched_within_old_text():
    # á is ỏ in TCVN3; that of đá is not, as đ is a letter of Unicode.
    assert plain(repaired_text(spoiled("TCVN3") + " đá xám")).endswith("đá xỏm")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("h-íng dÉn nh- sau: -u tiªn", "hướng dẫn như sau: ưu tiên"),
        ("kÌm theo Q§-UBND - phÇn I", "kèm theo QĐ-UBND - phần I"),
    ],
)
def test_a_hyphen_is_a_letter_only_where_it_makes_a_syllable(said, meant):
    assert repaired_text(spoiled("TCVN3") + "\n" + said).endswith(meant)


def test_the_end_of_a_sentence_is_no_tone_in_viqr():
    assert repaired_text(spoiled("VIQR") + " Ho.p ta.i nha`. Nha^'t tri'. Ta. Ba./.").endswith(
        "Họp tại nhà. Nhất trí. Ta. Ba./."
    )


def test_fonts_of_one_page_bear_witness_to_each_other():
    few = spoiled("VNI", "Quyết định")
    assert repairs({"bold": few}) == {}
    found = repairs({"bold": few, "book": spoiled("VNI"), "other": GOOD, "third": ENGLISH})
    assert {font: repair.name for font, repair in found.items()} == {"bold": "VNI", "book": "VNI"}


@pytest.mark.parametrize(
    ("font", "name", "capitals"),
    [
        ("ABCDEF+.VnTime", "TCVN3", False), (".VnTimeH,Bold", "TCVN3", True), (".VnArialH", "TCVN3", True),
        (".VnHelvetIns", "TCVN3", False), ("VNI-Times", "VNI", False), ("VNI Helve,Italic", "VNI", False),
    ],
)  # fmt: skip
def test_what_the_name_of_a_font_speaks_for(font, name, capitals):
    repair = named(font)
    assert repair is not None
    assert (repair.name, repair.capitals) == (name, capitals)


@pytest.mark.parametrize("font", ["Times New Roman", "Vntime New", "TT1F0", "", "Avenir", "ABCDEF+ArialMT"])
def test_other_fonts_speak_for_nothing(font):
    assert named(font) is None


@pytest.mark.parametrize("symbolic", [False, True])
@pytest.mark.parametrize("font", [".VnTime", "ABCDEF+T1"])
def test_the_layer_of_an_old_pdf_is_read_and_keeps_its_boxes(tmp_path, font, symbolic):
    page = read(tmp_path, old_encodings.as_pdf(old_encodings.to_tcvn3(GOOD), font, symbolic=symbolic), PDF)
    assert page.read_by is ReadBy.TEXT_LAYER
    assert plain(page.text) == plain(GOOD)
    by_text = {word.text.lower(): word.box for word in page.words}
    # Each letter is 6 points wide, the text begins 50 points from the left.
    assert by_text["căn"].x0 == pytest.approx(50 / 595, abs=0.001)
    assert by_text["phương,"].x1 - by_text["phương,"].x0 == pytest.approx(7 * 6 / 595, abs=0.001)


def test_two_letters_of_a_vni_layer_are_one_and_their_word_keeps_its_box(tmp_path):
    page = read(tmp_path, old_encodings.as_pdf(old_encodings.to_vni(GOOD), "VNI-Times"), PDF)
    assert page.text.replace("\n", " ") == GOOD
    assert page.words[2].text == "Luật"
    assert page.words[2].box.x1 - page.words[2].box.x0 == pytest.approx(5 * 6 / 595, abs=0.001)


def test_a_font_of_capitals_is_told_as_capitals(tmp_path):
    content = old_encodings.as_pdf(old_encodings.to_tcvn3(GOOD), ".VnTimeH")
    assert read(tmp_path, content, PDF).text.replace("\n", " ") == GOOD.upper()


def test_a_layer_that_stays_garbage_goes_to_ocr(tmp_path):
    letters = {
        ord(a): b for a, b in zip("aeiouyâêôncth", "\xa1\xb0\xb1\xb2\xb3\xc0\xc1\xc2\xc3\xc4\xc5\xcd\xda", strict=True)
    }
    content = old_encodings.as_pdf((GOOD * 4).translate(letters).encode("cp1252", "replace"), ".VnTime")
    assert read(tmp_path, content, PDF).read_by is not ReadBy.TEXT_LAYER


def test_an_english_page_in_an_old_font_stays_as_it_is(tmp_path):
    english = "The committee of the province has decided that all of the records which have been kept are to be scanned"
    page = read(tmp_path, old_encodings.as_pdf(english.encode(), ".VnTime"), PDF)
    assert (page.read_by, page.text.replace("\n", " ")) == (ReadBy.TEXT_LAYER, english)


@pytest.mark.parametrize(("name", "font"), [("TCVN3", ".VnTime"), ("VNI", "VNI-Times"), ("TCVN3", "Arial")])
def test_office_files_of_old_fonts_are_read(tmp_path, name, font):
    encoded = old_encodings.ENCODERS[name](GOOD)
    for media_type, made in ((DOCX, old_encodings.as_docx), (XLSX, old_encodings.as_xlsx)):
        assert plain(read(tmp_path, made(encoded, font), media_type).text.removeprefix("Sheet")) == plain(GOOD)


def test_runs_of_a_word_file_are_repaired_by_their_own_font_and_others_left(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph()
    # One word in two runs, then a word of Unicode whose letters are codes of TCVN3 too.
    for text, font in (("QuyÕ", ".VnTime"), ("t ®Þnh sè ", ".VnTime"), ("tám các là", "Times New Roman")):
        run = paragraph.add_run(text)
        fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:hAnsi"), font)
    document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hAnsi"), ".VnTimeH")
    document.add_paragraph("céng hßa")
    buffer = io.BytesIO()
    document.save(buffer)
    assert read(tmp_path, buffer.getvalue(), DOCX).text.split("\n") == ["Quyết định số tám các là", "CỘNG HÒA"]


def test_styles_in_a_ring_end(tmp_path):
    document = docx.Document()
    document.add_paragraph("Kính gửi", style="Title")
    style = document.styles["Title"].element
    style.find(qn("w:basedOn")).set(qn("w:val"), "Title")
    fonts = style.find(qn("w:rPr")).find(qn("w:rFonts"))
    fonts.getparent().remove(fonts)
    buffer = io.BytesIO()
    document.save(buffer)
    assert read(tmp_path, buffer.getvalue(), DOCX).text == "Kính gửi"


def test_a_map_to_unicode_within_an_old_font_is_believed(tmp_path):
    """Some programs give fonts of old names right letters."""
    pdf = pikepdf.open(io.BytesIO(old_encodings.as_pdf("".join(map(chr, range(65, 91))).encode() * 3, ".VnTime")))
    letters = "đượcáàlảnệkủôởứếâấồãạĩũỹ "[:26]
    rows = "".join(f"<{65 + n:02X}> <{ord(letter):04X}>\n" for n, letter in enumerate(letters))
    table = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{rows}endbfchar endcmap"
    )
    pdf.pages[0].obj.Resources.Font.F.ToUnicode = pdf.make_stream(table.encode())
    buffer = io.BytesIO()
    pdf.save(buffer)
    assert letters.strip() in read(tmp_path, buffer.getvalue(), PDF).text


def test_the_samples_come_through_every_old_encoding():
    for text in sample_texts():
        for name in ("TCVN3", "VNI"):
            assert right(decoded(old_encodings.ENCODERS[name](text)), text) > 0.99
