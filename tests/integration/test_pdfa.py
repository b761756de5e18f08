"""From paper to PDF/A: scans that were dropped, read and made searchable are PDF/A-2b by veraPDF's word."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageCms

from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from search_api.access import LOCAL
from search_api.searchable_pdfs import SearchablePdfs
from tangthu.searchable_pdfs import SandboxedPdfs
from tests.integration.house import House
from tests.servers.verapdf import conforming
from tests.unit.searchable.scans import found_by_poppler, image_bytes, overlap, pdf_of, scan, signed


def files() -> dict[str, bytes]:
    image = scan()[0]
    turned = Image.Exif()
    turned[274] = 6
    photograph = image.convert("RGB").transpose(Image.Transpose.ROTATE_90)
    pages = [image, scan(90)[0], Image.new("L", image.size, 255)]
    return {
        "fax.tif": image_bytes(image.convert("1"), "TIFF", compression="group4"),
        "gray.png": image_bytes(image, "PNG"),
        "clear.png": image_bytes(image.convert("RGBA"), "PNG"),
        "photo.jpg": image_bytes(photograph, "JPEG", exif=turned, quality=90),
        "print.jpg": image_bytes(image.convert("CMYK"), "JPEG", quality=90),
        "many.tif": image_bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"),
        "scan.pdf": pdf_of(image, 90, left_turned=False),
        "profiled.pdf": profiled(image),
        "signed.pdf": signed(pdf_of(image, 270, left_turned=False), (330, 520, 480, 600), (60, 40, 200, 90)),
    }


def profiled(image: Image.Image) -> bytes:
    """A PDF whose scan has a palette of colours told by a profile of its own, and bookmarks."""
    with pikepdf.open(io.BytesIO(pdf_of(image, left_turned=False))) as pdf:
        profile = pikepdf.Stream(pdf, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), N=3)
        colours = pikepdf.Array([pikepdf.Name.ICCBased, pdf.make_indirect(profile)])
        palette = bytes(level for gray in range(256) for level in (gray, gray, gray))
        scanned = pdf.pages[0].obj.Resources.XObject.Im
        scanned.write(image.tobytes())
        scanned.ColorSpace = pikepdf.Array([pikepdf.Name.Indexed, colours, 255, pikepdf.String(palette)])
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Trang 1", 0))
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


@pytest.mark.timeout(600)
def test_scans_become_pdfa(tmp_path: Path) -> None:
    with House(tmp_path) as house, ReadingPool(1, 1024, 115) as pool:
        for name, content in files().items():
            house.drop(name, content)
        with house.service() as service:
            assert service.drain(300)
        maker = SandboxedPdfs(pool, house.originals, ReadingOptions())
        pdfs = SearchablePdfs(house.catalogue, maker, house.layout.searchable)
        made = {name: pdfs.pdf(str(row.delivery.record_id), LOCAL) for name, row in house.deliveries().items()}
        with house.catalogue.reading() as unit:
            gray = unit.pages.page(str(house.deliveries()["gray.png"].delivery.record_id), 1)
    assert set(made) == set(files())
    assert all(one.conforms for one in made.values())
    found = found_by_poppler(made["gray.png"].path.read_bytes(), tmp_path)
    assert [one.text for one in found] == [word.text for word in gray.words]
    assert len(found) > 25
    assert all(word.box and overlap(word.box, one.box) > 0.9 for word, one in zip(gray.words, found, strict=True))
    with pikepdf.open(made["gray.png"].path) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(tmp_path / "colourless.pdf")
    paths = [one.path for one in made.values()]
    verdicts = conforming([*paths, tmp_path / "colourless.pdf"])
    assert [verdicts[path] for path in paths] == [True] * len(paths)
    assert not verdicts[tmp_path / "colourless.pdf"], "it sees what is wrong"


def test_the_metadata_hold_whatever_a_file_is_called() -> None:
    from ingest.searchable.archival import name_kind  # noqa: PLC0415

    for title in ("", "\x00\x01", "<x>&'\"", "\ud800", "Đ" * 3000):
        with pikepdf.new() as pdf:
            name_kind(pdf, title, conforms=True)
            buffer = io.BytesIO()
            pdf.save(buffer)
        with pikepdf.open(buffer) as pdf, pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
