"""Made-up offices and what they write. Two stocks with no office, signer or subject in common: `tune` and `report`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """`lines`: its name as printed over the number, `above`: those of the agency over it. `code`: as in symbols.

    `signers`: (line over the position or "", position, name).
    """

    above: tuple[str, ...]
    lines: tuple[str, ...]
    code: str
    place: str
    signers: tuple[tuple[str, str, str], ...]
    units: tuple[str, ...] = ("VP",)

    @property
    def name(self) -> str:
        """The issuer as it is filed."""
        return " ".join(self.lines)

    @property
    def superior(self) -> str:
        """The agency over it, or ""."""
        return " ".join(self.above)


def _committee(level: str, name: str, place: str, chair: str, deputy: str, units: tuple[str, ...]) -> Office:
    signers = (
        ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", chair),
        ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", deputy),
    )
    return Office((), ("ỦY BAN NHÂN DÂN", f"{level} {name}"), "UBND", place, signers, units)


def _department(parent: str, lines: tuple[str, ...], code: str, place: str, head: str, deputy: str) -> Office:
    chief = "TRƯỞNG PHÒNG" if lines[0].startswith("PHÒNG") else "GIÁM ĐỐC"
    signers = (("", chief, head), (f"KT. {chief}", f"PHÓ {chief}", deputy))
    return Office(("ỦY BAN NHÂN DÂN", parent), lines, code, place, signers, ("VP", "KHTC", "TCHC"))


OFFICES: dict[str, tuple[Office, ...]] = {
    "tune": (
        _committee("TỈNH", "BÌNH ĐỊNH", "Bình Định", "Hồ Văn Quảng", "Lâm Thanh Giàu", ("VX", "KTN", "TH")),
        _committee("HUYỆN", "TUY PHƯỚC", "Tuy Phước", "Nguyễn Ngọc Xuân", "Huỳnh Nam", ("NV", "TNMT")),
        _committee("XÃ", "PHƯỚC THUẬN", "Phước Thuận", "Võ Văn Tứ", "Trần Thị Lệ Thu", ("VP", "ĐC")),
        _committee("PHƯỜNG", "NHƠN BÌNH", "Nhơn Bình", "Đào Duy Mười", "Lý Thị Kim Chi", ("VP", "TP")),
        _department("TỈNH BÌNH ĐỊNH", ("SỞ NỘI VỤ",), "SNV", "Bình Định", "Lê Trọng Tuyến", "Nguyễn Thị Mỹ"),
        _department("TỈNH BÌNH ĐỊNH", ("SỞ TÀI CHÍNH",), "STC", "Bình Định", "Lê Bá Nghĩa", "Phạm Văn Sang"),
        _department("TỈNH BÌNH ĐỊNH", ("SỞ Y TẾ",), "SYT", "Bình Định", "Lê Đức Hiển", "Bùi Thị Nhi"),
        _department("HUYỆN TUY PHƯỚC", ("PHÒNG NỘI VỤ",), "PNV", "Tuy Phước", "Đặng Thị Hòa", "Tô Tấn Thi"),
        _department(
            *("TỈNH BÌNH ĐỊNH", ("TRUNG TÂM", "LƯU TRỮ LỊCH SỬ"), "TTLTLS", "Bình Định", "Cao Văn Nhơn"),
            "Mai Thị Thanh Trúc",
        ),
        _department(
            *("HUYỆN TUY PHƯỚC", ("BAN QUẢN LÝ DỰ ÁN", "ĐẦU TƯ XÂY DỰNG"), "BQLDA", "Tuy Phước", "Phan Đình Hậu"),
            "Hà Duy Trung",
        ),
    ),
    "report": (
        _committee("TỈNH", "HẬU GIANG", "Hậu Giang", "Đồng Quang Thắng", "Trương Hữu Tuyển", ("NC", "KGVX", "QH")),
        _committee("HUYỆN", "PHỤNG HIỆP", "Phụng Hiệp", "Trần Phúc Tường", "Hồ Văn Phú", ("KTHT", "NN")),
        _committee("XÃ", "HIỆP HƯNG", "Hiệp Hưng", "Lê Thị Ngọc Trâm", "Dương Văn Khởi", ("VHXH", "ĐCXD")),
        _committee("THỊ TRẤN", "CÂY DƯƠNG", "Cây Dương", "Ngô Thanh Nhàn", "Quách Thị Út", ("VP", "TP")),
        _department("TỈNH HẬU GIANG", ("SỞ TƯ PHÁP",), "STP", "Hậu Giang", "Trịnh Quang Hưng", "Lưu Thị Tuyết"),
        _department("TỈNH HẬU GIANG", ("SỞ XÂY DỰNG",), "SXD", "Hậu Giang", "Nguyễn Văn Vi", "Đinh Công Bảy"),
        _department(
            *("TỈNH HẬU GIANG", ("SỞ KHOA HỌC", "VÀ CÔNG NGHỆ"), "SKHCN", "Hậu Giang", "Võ Xuân Tân"),
            "Tăng Thị Bạch Yến",
        ),
        _department("HUYỆN PHỤNG HIỆP", ("PHÒNG TƯ PHÁP",), "PTP", "Phụng Hiệp", "La Hồng Phượng", "Kiều Chí Linh"),
        _department(
            *("TỈNH HẬU GIANG", ("TRUNG TÂM", "KIỂM SOÁT BỆNH TẬT"), "TTKSBT", "Hậu Giang", "Thái Bá Lộc"),
            "Ông Thị Diễm",
        ),
        _department(
            *("HUYỆN PHỤNG HIỆP", ("PHÒNG LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI"), "PLĐTBXH", "Phụng Hiệp"),
            *("Giang Văn Hoàng", "Châu Thị Ngọc Ẩn"),
        ),
    ),
}

KINDS: dict[str, str] = {
    **{"Quyết định": "QĐ", "Báo cáo": "BC", "Kế hoạch": "KH", "Thông báo": "TB", "Tờ trình": "TTr"},
    **{"Hướng dẫn": "HD", "Công văn": ""},
}
"""Name → abbreviation."""

SUBJECTS: dict[str, tuple[str, ...]] = {
    "tune": (
        "thành lập Tổ công tác chỉnh lý tài liệu tồn đọng giai đoạn {y}",
        "kết quả thực hiện công tác cải cách hành chính quý {q} năm {y}",
        "phân bổ kinh phí sửa chữa đường giao thông nông thôn năm {y}",
        "tăng cường công tác phòng, chống dịch bệnh mùa mưa lũ năm {y}",
        "tuyển dụng viên chức sự nghiệp giáo dục năm học {y} - {z}",
        "rà soát quỹ đất công ích trên địa bàn huyện đến hết năm {y}",
    ),
    "report": (
        "ban hành Quy chế tiếp công dân và xử lý phản ánh, kiến nghị năm {y}",
        "tình hình giải ngân vốn đầu tư công {q} tháng đầu năm {y}",
        "kiểm tra việc chấp hành pháp luật về hộ tịch tại các xã năm {y}",
        "hỗ trợ hộ nghèo xóa nhà tạm, nhà dột nát đợt {q} năm {y}",
        "bảo đảm an toàn hồ chứa nước trong mùa khô {y} - {z}",
        "danh sách cá nhân được đề nghị tặng Kỷ niệm chương năm {y}",
    ),
}
