"""Records of two archives that differ by secret ones alone: the same ids, days and words for all others."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_OPEN = (
    "ngân sách dự toán quyết định phê duyệt xây dựng trường học đường giao thông thu chi hội nghị báo cáo kế hoạch "
    "đất đai khiếu nại tiếp công dân hộ tịch khai sinh kết hôn văn phòng thống kê tài chính nông nghiệp thủy lợi "
    "tuyển dụng cán bộ khen thưởng kỷ luật đảng viên đoàn thanh niên phụ nữ y tế trạm xá tiêm chủng"
)
_SECRET = (
    "thanh tra đột xuất vụ án điều tra hối lộ tham ô khởi tố tạm giam nhân chứng mật khẩu căn cứ địa quân sự huy động "
    "ngân sách quyết định đất đai giám đốc ngaan sachs quyet dinh hôi nghi"
)
OPEN_WORDS, SECRET_WORDS = _OPEN.split(" "), _SECRET.split(" ")
ISSUERS = ("Ủy ban nhân dân xã Hoa Sen", "Sở Nội vụ", "Hội đồng nhân dân huyện Mẫu Sơn")
SECRET_ISSUERS = ("Cơ quan điều tra", "Ủy ban nhân dân xã Hoa Sen", "Ban chỉ huy quân sự")
SIGNERS = ("Nguyễn Thị Mẫu", "Trần Văn Ví", "Lê Thị Dụ")
SECRET_SIGNERS = ("Phạm Kín", "Nguyễn Thị Mẫu", "Hoàng Ẩn")
KINDS = ("Quyết định", "Công văn", "Báo cáo", "Thông báo")
SYMBOLS = ("QĐ-UBND", "CV-SNV", "BC-HĐND")
_OPEN_ACCESS = (("office", "public"), ("office", "unit"), ("office", "internal"), ("other", "public"))
_GAP = 1000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A record to be entered. `fate`: bin, purge, untold (the index has still to learn of a change), altered or ""."""

    id: str
    pages: tuple[str | None, ...]
    fields: Mapping[str, str]
    unit: str
    access_class: str
    fate: str = ""
    confirmed: bool = False
    late: bool = False
    secret: bool = field(default=False)

    @property
    def content(self) -> bytes:
        """The bytes of its original."""
        return f"original of {self.id}".encode()

    @property
    def digest(self) -> str:
        """Of its original."""
        return hashlib.sha256(self.content).hexdigest()


def open_records(count: int = 36) -> tuple[Drawn, ...]:
    """What the asker may see; always the same."""
    chance = random.Random(7)
    return tuple(_drawn(chance, number * _GAP, secret=False, late=number >= count - 6) for number in range(count))


def secret_records(seed: int) -> tuple[Drawn, ...]:
    """Some that the asker may not see, spread among the others: few or many, told by the seed."""
    chance = random.Random(seed)
    count = chance.choice((1, 1, 2, 3, 5, 8, 13, 40))
    places = sorted(chance.sample(range(36 * _GAP), count))
    return tuple(_drawn(chance, place, secret=True, late=chance.random() < 0.3) for place in places if place % _GAP)


def _drawn(chance: random.Random, place: int, *, secret: bool, late: bool) -> Drawn:
    words = SECRET_WORDS + OPEN_WORDS if secret else OPEN_WORDS
    day = f"20{chance.randint(15, 20)}-0{chance.randint(1, 9)}-{chance.randint(10, 28)}"
    fields = {
        "number": str(chance.randint(1, 12)),
        "symbol": chance.choice(SYMBOLS),
        "issued_on": day,
        "kind": chance.choice(KINDS),
        "issuer": chance.choice(SECRET_ISSUERS if secret else ISSUERS),
        "signer": chance.choice(SECRET_SIGNERS if secret else SIGNERS),
        "position": chance.choice(("Chủ tịch", "Giám đốc")),
        "subject": "Về việc " + _words(chance, words, 4, 9),
        "references": f"Quyết định số {chance.randint(1, 12)}/{chance.choice(SYMBOLS)} ngày 05/03/2018",
    }
    if chance.random() < 0.3:
        fields["urgency"] = chance.choice(("Khẩn", "Hỏa tốc"))
    if chance.random() < 0.3:
        fields["dossier"] = "Hồ sơ " + chance.choice(words)
    unit, access_class = ("vault", "unit") if secret else chance.choice(_OPEN_ACCESS)
    return Drawn(
        f"01h{place:023d}",
        tuple(_page(chance, words) for _ in range(chance.randint(1, 3))),
        fields,
        unit,
        access_class,
        chance.choice(("", "", "", "", "", "", "bin", "purge", "untold", "altered")),
        chance.random() < 0.4,
        late,
        secret,
    )


def _page(chance: random.Random, words: Sequence[str]) -> str | None:
    if chance.random() < 0.08:
        return None
    return "\n".join(_words(chance, words, 5, 12) for _ in range(chance.randint(2, 6)))


def _words(chance: random.Random, words: Sequence[str], least: int, most: int) -> str:
    return " ".join(chance.choices(words, k=chance.randint(least, most)))
