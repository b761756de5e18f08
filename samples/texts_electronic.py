"""The documents that never were paper. Every office, place and person in them is invented."""

from __future__ import annotations

from samples.document import Centred, Document, Paragraph

RESOLUTION = Document(
    file="11-nghi-quyet-ban-dien-tu.pdf",
    kind="Nghị quyết",
    issuer_lines=("HỘI ĐỒNG NHÂN DÂN", "XÃ SUỐI MÂY"),
    number="07",
    symbol="NQ-HĐND",
    place="Suối Mây",
    issued_on=(18, 12, 2025),
    subject_lines=("Về việc điều chỉnh tên gọi và ranh giới các thôn", "trên địa bàn xã Suối Mây"),
    body=(
        Centred("HỘI ĐỒNG NHÂN DÂN XÃ SUỐI MÂY"),
        Centred("KHÓA I, KỲ HỌP THỨ 3"),
        Paragraph("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;", italic=True),
        Paragraph(
            "Xét Tờ trình số 54/TTr-UBND ngày 01 tháng 12 năm 2025 của Ủy ban nhân dân xã; ý kiến thảo luận của đại "
            "biểu Hội đồng nhân dân tại kỳ họp.",
            italic=True,
        ),
        Centred("QUYẾT NGHỊ:"),
        Paragraph(
            "Nhập thôn Đá Bàn và thôn Gò Dưới thành thôn Đá Bàn; đổi tên thôn 7 thành thôn Suối Cạn. Ranh giới các "
            "thôn theo bản đồ kèm theo Nghị quyết này.",
            opening="Điều 1.",
        ),
        Paragraph(
            "Giao Ủy ban nhân dân xã tổ chức thực hiện, thông báo cho nhân dân và cập nhật cơ sở dữ liệu dân cư; "
            "việc chuyển đổi giấy tờ của người dân không thu phí.",
            opening="Điều 2.",
        ),
        Paragraph(
            "Nghị quyết này được Hội đồng nhân dân xã Suối Mây khóa I, kỳ họp thứ 3 thông qua ngày 18 tháng 12 năm "
            "2025 và có hiệu lực từ ngày 01 tháng 01 năm 2026./.",
            opening="Điều 3.",
        ),
    ),
    recipients=("TT HĐND, UBND tỉnh;", "Đảng ủy, UBND xã;", "Đại biểu HĐND xã;", "Lưu: VT."),
    sign=("CHỦ TỊCH",),
    signer="Đinh Công Hiếu",
    cites=("Tờ trình số 54/TTr-UBND ngày 01/12/2025",),
)

OFFICE_FILE = Document(
    file="12-cong-van-muon-tai-lieu.docx",
    kind="Công văn",
    parent="UBND HUYỆN AN PHƯỚC",
    issuer_lines=("PHÒNG NỘI VỤ",),
    number="128",
    symbol="PNV-LT",
    place="An Phước",
    issued_on=(5, 11, 2024),
    subject_lines=("V/v cho mượn tài liệu địa giới hành chính",),
    to=("Trung tâm Lưu trữ lịch sử tỉnh.",),
    body=(
        Paragraph(
            "Để phục vụ việc giải quyết kiến nghị của cử tri về ranh giới giữa xã Suối Mây và xã Đồng Lau, Phòng Nội "
            "vụ huyện An Phước đề nghị Trung tâm Lưu trữ lịch sử tỉnh cho mượn hồ sơ địa giới hành chính lập năm "
            "1994 (02 tập) và bản đồ tỷ lệ 1/10.000 kèm theo."
        ),
        Paragraph("Thời gian mượn: 10 ngày làm việc. Phòng Nội vụ cam kết bảo quản an toàn và trả đúng hạn./."),
    ),
    recipients=("Như trên;", "CT, PCT UBND huyện (b/c);", "Lưu: VT, LT."),
    sign=("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"),
    signer="Mai Xuân Hậu",
)

TELEGRAM = Document(
    file="13-cong-dien-phong-chay-rung.txt",
    kind="Công điện",
    issuer_lines=("ỦY BAN NHÂN DÂN", "TỈNH BÌNH SƠN THƯỢNG"),
    number="04",
    symbol="CĐ-UBND",
    place="Bình Sơn Thượng",
    issued_on=(16, 4, 2025),
    subject_lines=("Về việc tăng cường các biện pháp cấp bách phòng cháy, chữa cháy rừng",),
    body=(
        Paragraph(
            "Hiện nay toàn tỉnh đang trong cao điểm mùa khô, cấp dự báo cháy rừng ở cấp V. Chủ tịch Ủy ban nhân dân "
            "tỉnh yêu cầu Ủy ban nhân dân các huyện, thành phố và chủ rừng:"
        ),
        Paragraph("1. Nghiêm cấm đốt nương, đốt thực bì trong thời gian nắng nóng."),
        Paragraph(
            "2. Bố trí lực lượng trực 24/24 giờ tại các chốt bảo vệ rừng; báo cáo ngay khi phát hiện điểm cháy./."
        ),
    ),
    recipients=("UBND các huyện, thành phố;", "Chi cục Kiểm lâm;", "Lưu: VT, NN."),
    sign=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Huỳnh Đăng Khoa",
)
