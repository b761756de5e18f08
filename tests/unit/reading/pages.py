"""Pages as an office writes them, drawn for the tests; every word's place is known."""

import io
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

DPI = 300
WIDTH, HEIGHT = 2480, 3508
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 123/QĐ-UBND",
    "QUYẾT ĐỊNH",
    "Về việc phê duyệt kế hoạch chỉnh lý tài liệu lưu trữ",
    "của Ủy ban nhân dân huyện Sông Xanh giai đoạn 2024 - 2026",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6",
    "năm 2015 và các văn bản hướng dẫn thi hành;",
    "Xét đề nghị của Trưởng phòng Nội vụ tại Tờ trình số 45,",
    "Điều 1. Phê duyệt kế hoạch chỉnh lý tài liệu tồn đọng tại",
    "kho lưu trữ của huyện với tổng số một trăm mét giá.",
    "Điều 2. Giao Phòng Nội vụ chủ trì, phối hợp với các đơn vị",
    "liên quan tổ chức thực hiện, hoàn thành trước ngày 31/12/2026.",
    "Điều 3. Chánh Văn phòng, Trưởng phòng Nội vụ và thủ trưởng",
    "các cơ quan chịu trách nhiệm thi hành Quyết định này.",
)


@dataclass(frozen=True)
class Drawn:
    image: Image.Image
    boxes: dict[str, tuple[float, float, float, float]]
    """Fractions of the page, for the words that stand on it once."""


def font(size):
    return ImageFont.truetype("LiberationSerif-Regular.ttf", size)


def draw(lines=LINES, size=56, mode="L"):
    """An A4 page at 300 dpi, black on white."""
    image = Image.new(mode, (WIDTH, HEIGHT), "white")
    pen, letters = ImageDraw.Draw(image), font(size)
    boxes, seen = {}, []
    for row, line in enumerate(lines):
        y = 260 + row * int(size * 1.9)
        x = 300.0
        for word in line.split():
            left, top, right, bottom = pen.textbbox((x, y), word, font=letters)
            pen.text((x, y), word, font=letters, fill="black")
            boxes[word] = left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT
            seen.append(word)
            x += pen.textlength(word + " ", font=letters)
    return Drawn(image, {word: box for word, box in boxes.items() if seen.count(word) == 1})


def words(text):
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def share_found(page, lines=LINES):
    wanted = words(" ".join(lines))
    read = words(page.text)
    return sum(word in read for word in wanted) / len(wanted)


def boxes_off(page, boxes):
    """Of the words that were read right and stand once: those whose box does not cover the drawn one's middle
    or is larger than twice its height, as (word, drawn, read)."""
    off = []
    found = 0
    for word in page.words:
        drawn = boxes.get(word.text)
        if drawn is None:
            continue
        found += 1
        x, y = (drawn[0] + drawn[2]) / 2, (drawn[1] + drawn[3]) / 2
        box = word.box
        inside = box.x0 < x < box.x1 and box.y0 < y < box.y1
        if (
            not inside
            or box.y1 - box.y0 > 2.5 * (drawn[3] - drawn[1])
            or box.x1 - box.x0 > 1.6 * (drawn[2] - drawn[0]) + 0.01
        ):
            off.append((word.text, drawn, box))
    assert found > 20, "too few words to judge by"
    return off


def turned_box(box, clockwise):
    """Where a box of the upright page lies when the page lies turned."""
    x0, y0, x1, y1 = box
    return {0: box, 90: (1 - y1, x0, 1 - y0, x1), 180: (1 - x1, 1 - y1, 1 - x0, 1 - y0), 270: (y0, 1 - x1, y1, 1 - x0)}[
        clockwise
    ]


def skewed(drawn, degrees):
    """Rotated clockwise about the middle, and the boxes with it (their middles exactly)."""
    image = drawn.image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor="white")
    angle = np.radians(degrees)
    boxes = {}
    for word, (x0, y0, x1, y1) in drawn.boxes.items():
        x, y = ((x0 + x1) / 2 - 0.5) * WIDTH, ((y0 + y1) / 2 - 0.5) * HEIGHT
        nx, ny = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
        cx, cy = nx / WIDTH + 0.5, ny / HEIGHT + 0.5
        boxes[word] = cx - (x1 - x0) / 2, cy - (y1 - y0) / 2, cx + (x1 - x0) / 2, cy + (y1 - y0) / 2
    return Drawn(image, boxes)


def sealed(drawn):
    """A red seal over the text."""
    image = drawn.image.convert("RGB")
    seal = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(seal)
    pen.ellipse((500, 700, 1300, 1500), outline=(220, 30, 40), width=24)
    pen.ellipse((640, 840, 1160, 1360), outline=(220, 30, 40), width=14)
    for angle in range(0, 360, 12):
        x, y = 900 + 330 * np.cos(np.radians(angle)), 1100 + 330 * np.sin(np.radians(angle))
        pen.rectangle((x - 16, y - 30, x + 16, y + 30), fill=(215, 35, 45))
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(seal)))


def shaded(drawn):
    """A shadow from the left, as of a thick book."""
    slope = np.linspace(0.35, 1.0, WIDTH) ** 0.8
    return Image.fromarray((np.asarray(drawn.image) * slope[None, :]).astype(np.uint8))


def with_table(lines=LINES):
    """Text in a ruled table of two columns."""
    image = Image.new("L", (WIDTH, HEIGHT), "white")
    pen, letters = ImageDraw.Draw(image), font(46)
    for row, line in enumerate(lines):
        y = 300 + row * 110
        pen.rectangle((200, y - 25, 2280, y + 85), outline="black", width=4)
        pen.text((380, y), line, font=letters, fill="black")
        pen.text((230, y), str(row + 1), font=letters, fill="black")
    pen.line((350, 275, 350, 300 + len(lines) * 110 - 25), fill="black", width=4)
    return image


def with_narrow_cells(columns=6, step=52):
    """A table of a word a cell, and its words."""
    image = Image.new("L", (WIDTH, HEIGHT), "white")
    pen, letters, width = ImageDraw.Draw(image), font(40), 2080 // columns
    texts = " ".join(LINES).split()
    for place, text in enumerate(texts):
        x, y = 200 + place % columns * width, 300 + place // columns * step
        pen.rectangle((x, y, x + width, y + step), outline="black", width=4)
        pen.text((x + 10, y + 2), text, font=letters, fill="black")
    return image, texts


def with_heavy_rules():
    """A table of two lines a cell between thick rules, and its words."""
    image = Image.new("L", (WIDTH, HEIGHT), "white")
    pen, letters = ImageDraw.Draw(image), font(44)
    sides, counts = (150, 300, 900, 1500, 1800, 2100, 2350), (1, 3, 3, 1, 1, 1)
    source, texts, used = " ".join(LINES).split(), [], 0
    for row in range(14):
        top = 300 + row * 130
        for left, right, count in zip(sides, sides[1:], counts, strict=False):
            pen.rectangle((left, top, right, top + 130), outline="black", width=6)
            for line in range(2):
                words_here = [source[(used + n) % len(source)] for n in range(count)]
                used += count
                while words_here and pen.textlength(" ".join(words_here), font=letters) > right - left - 8:
                    words_here.pop()
                texts += words_here
                pen.text((left + 5, top + 8 + line * 56), " ".join(words_here), font=letters, fill="black")
    return image, texts


def encoded(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()
