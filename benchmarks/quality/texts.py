"""Sentences of administrative papers, put together by chance: names, numbers and days differ on every page.

Two stocks with no sentence in common: `tune` is for trying out, `report` is for the figures that are told.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

_PLACES = (
    *("xã Phước Thuận", "phường Trần Hưng Đạo", "thị trấn Tuy Phước", "huyện Vĩnh Thạnh", "xã Ân Nghĩa"),
    *("phường Nhơn Bình", "xã Canh Hiển", "huyện Hoài Ân", "xã Mỹ Quang", "phường Đống Đa"),
)
_PEOPLE = (
    *("Nguyễn Thị Hường", "Trần Quốc Vượng", "Lê Đình Khải", "Phạm Thuỳ Dương", "Huỳnh Tấn Phát", "Đỗ Mạnh Hưởng"),
    *("Võ Thị Bích Ngọc", "Bùi Xuân Trường", "Đặng Hữu Nghĩa", "Phan Thị Kiều Oanh"),
)
_STOCKS = {
    "tune": (
        "Căn cứ Luật Tổ chức chính quyền địa phương; theo đề nghị của Trưởng phòng Nội vụ tại Tờ trình số "
        "{n}/TTr-PNV ngày {d}.",
        "Ủy ban nhân dân {p} báo cáo kết quả rà soát, thống kê tài liệu tồn đọng tại kho lưu trữ từ năm {y} đến nay.",
        "Tổng số hồ sơ đã chỉnh lý là {n} hồ sơ, tương đương {s} mét giá, đạt {t}% kế hoạch được giao.",
        "Giao ông {h}, công chức Văn phòng, chịu trách nhiệm bàn giao, tiếp nhận và lập biên bản theo mẫu quy định.",
        "Các khoản thu phải nộp đầy đủ, kịp thời vào ngân sách nhà nước; nghiêm cấm để ngoài sổ sách dưới "
        "mọi hình thức.",
        "Đơn vị nào chưa gửi báo cáo trước ngày {d} thì phải giải trình bằng văn bản với lãnh đạo cơ quan.",
        "Việc giải quyết khiếu nại của bà {h} ở {p} được thực hiện đúng trình tự, thủ tục và thời hạn luật định.",
        "Đề nghị các thôn, khu phố tổ chức họp dân, lấy ý kiến về phương án đền bù, hỗ trợ và tái định cư.",
        "Kinh phí thực hiện: {n}.000.000 đồng, trích từ nguồn sự nghiệp năm {y} và các nguồn huy động hợp pháp khác.",
        "Quyết định này có hiệu lực kể từ ngày ký; những quy định trước đây trái với quyết định này đều bãi bỏ.",
        "Hội đồng kiểm tra đã xem xét hiện trường, đối chiếu sổ gốc và thống nhất với số liệu do {p} cung cấp.",
        "Trong quá trình thực hiện, nếu có vướng mắc đề nghị phản ánh kịp thời về Sở Tài chính để được hướng dẫn.",
    ),
    "report": (
        "Thực hiện Kế hoạch số {n}/KH-UBND ngày {d} về chuyển đổi số, {p} đã bố trí máy quét và đường truyền ổn định.",
        "Thửa đất số {n}, tờ bản đồ số {s}, diện tích {t} mét vuông, đang do hộ ông {h} quản lý, sử dụng ổn "
        "định từ năm {y}.",
        "Các đại biểu dự họp đã thảo luận sôi nổi, góp nhiều ý kiến xác đáng vào dự thảo quy chế làm việc của cơ quan.",
        "Nguyên nhân chủ yếu là do mưa lũ kéo dài, giá vật tư tăng cao và năng lực của một số nhà thầu còn hạn chế.",
        "Bà {h} được nghỉ hưởng chế độ bảo hiểm xã hội kể từ ngày {d}; tiền lương và phụ cấp được thanh toán "
        "theo quy định.",
        "Yêu cầu thủ trưởng các đơn vị quán triệt, phổ biến đến từng cán bộ, viên chức và người lao động thuộc quyền.",
        "Qua kiểm kê, số lượng vắc xin còn lại tại trạm y tế {p} là {n} liều, hạn dùng đến hết quý III năm {y}.",
        "Học sinh thuộc diện hộ nghèo, khuyết tật hoặc mồ côi được miễn toàn bộ học phí và hỗ trợ sách vở, quần áo ấm.",
        "Hệ thống cấp nước sạch nông thôn phục vụ {n} hộ dân; tỷ lệ thất thoát đã giảm từ {t}% xuống còn {s}%.",
        "Tổ công tác liên ngành kiến nghị xử phạt, buộc khắc phục hậu quả và khôi phục nguyên trạng khu vực ven đê.",
        "Ý kiến của cử tri {p} về ô nhiễm mùi hôi từ cơ sở giết mổ đã được chuyển đến Phòng Tài nguyên và Môi trường.",
        "Danh sách kèm theo gồm {s} cá nhân có thành tích xuất sắc trong phong trào thi đua yêu nước giai đoạn {y}.",
    ),
}
STOCKS = tuple(_STOCKS)


def sentence(stock: str, rng: random.Random) -> str:
    """A sentence of a stock (`tune` or `report`) with chance names, numbers and days."""
    return rng.choice(_STOCKS[stock]).format(
        p=rng.choice(_PLACES),
        h=rng.choice(_PEOPLE),
        n=rng.randint(3, 4999),
        s=rng.randint(2, 98),
        t=rng.randint(2, 98),
        y=rng.randint(1991, 2026),
        d=f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(1995, 2026)}",
    )


def row(stock: str, number: int, rng: random.Random) -> Sequence[str]:
    """A row of a table: number, name, place, year, amount."""
    year = rng.randint(1948, 2010) + (1 if stock == "report" else 0)
    return (str(number), rng.choice(_PEOPLE), rng.choice(_PLACES), str(year), f"{rng.randint(100, 9999)}.000")
