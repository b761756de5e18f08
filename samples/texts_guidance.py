"""The guidance of several pages: two-sided, with a form and an empty back. Offices, places and signer are invented."""

from __future__ import annotations

from samples.document import Centred, Document, PageBreak, Paragraph, Table

_DOSSIER_FORM = (
    PageBreak(),
    Centred("PHỤ LỤC"),
    Centred("MẪU MỤC LỤC VĂN BẢN TRONG HỒ SƠ"),
    Paragraph(
        "(Kèm theo Hướng dẫn số 15/HD-TTLTLS ngày 21 tháng 4 năm 2025 của Trung tâm Lưu trữ lịch sử)", italic=True
    ),
    Table(
        ("TT", "Tên loại và trích yếu", "Số, ký hiệu", "Ngày", "Tờ số"),
        (
            ("1", "Tờ trình về việc giao đất làm chợ", "12/TTr-ĐC", "04/6/1998", "01-03"),
            ("2", "Quyết định giao đất cho xã Đồng Lau", "411/QĐ-UB", "02/7/1998", "04-05"),
            ("3", "Biên bản bàn giao mốc giới", "", "15/7/1998", "06-08"),
            ("4", "Bản đồ trích đo thửa đất", "", "15/7/1998", "09"),
        ),
        (0.07, 0.42, 0.2, 0.17, 0.14),
    ),
)

GUIDANCE = Document(
    file="10-huong-dan-lap-ho-so-hai-mat.tif",
    kind="Hướng dẫn",
    parent="SỞ NỘI VỤ BÌNH SƠN THƯỢNG",
    issuer_lines=("TRUNG TÂM LƯU TRỮ LỊCH SỬ",),
    number="15",
    symbol="HD-TTLTLS",
    place="Bình Sơn Thượng",
    issued_on=(21, 4, 2025),
    subject_lines=("Lập hồ sơ, biên mục và đóng quyển tài liệu", "trước khi số hóa"),
    body=(
        Paragraph(
            "Để thống nhất nghiệp vụ trong các cơ quan thuộc nguồn nộp lưu, Trung tâm Lưu trữ lịch sử hướng dẫn việc "
            "lập hồ sơ, biên mục và đóng quyển tài liệu trước khi số hóa như sau:"
        ),
        Paragraph("I. CHUẨN BỊ TÀI LIỆU", bold=True),
        Paragraph(
            "1. Tháo gỡ ghim, kẹp; vuốt phẳng các góc gấp; vá các tờ rách bằng giấy dó và hồ bột. Tài liệu bị mốc để "
            "riêng, phơi trong bóng râm và làm sạch bằng chổi lông mềm trước khi đưa vào phòng quét."
        ),
        Paragraph(
            "2. Sắp xếp văn bản trong hồ sơ theo trình tự giải quyết công việc; bản chính xếp trước bản sao; phụ lục "
            "xếp ngay sau văn bản mà nó kèm theo. Rút bỏ bản trùng, bản nháp đã có bản chính."
        ),
        Paragraph("II. ĐÁNH SỐ TỜ VÀ BIÊN MỤC", bold=True),
        Paragraph(
            "1. Đánh số tờ bằng bút chì đen mềm ở góc trên bên phải, liên tục từ 01 đến hết hồ sơ. Tờ có chữ ở cả "
            "hai mặt được đánh một số và quét cả hai mặt; mặt trắng vẫn giữ trong tệp ảnh để bảo đảm đúng số trang."
        ),
        Paragraph(
            "2. Mục lục văn bản ghi số thứ tự, số và ký hiệu, ngày tháng, tên loại và trích yếu nội dung, tác giả, "
            "tờ số và ghi chú. Trích yếu phải ghi đủ, không viết tắt; trường hợp văn bản không có trích yếu thì "
            "người biên mục tự tóm tắt và đặt trong ngoặc vuông."
        ),
        Paragraph(
            "3. Chứng từ kết thúc ghi số tờ bằng số và bằng chữ, số tờ mục lục, đặc điểm của tài liệu như tờ rách, "
            "tờ mờ, ảnh kèm theo; có chữ ký của người lập hồ sơ và người kiểm tra."
        ),
        Paragraph("III. ĐÓNG QUYỂN VÀ BÀN GIAO", bold=True),
        Paragraph(
            "1. Hồ sơ trên 200 tờ được chia thành nhiều tập, mỗi tập có bìa và chứng từ kết thúc riêng. Không đóng "
            "gáy cứng đối với tài liệu khổ lớn, bản đồ và bản vẽ."
        ),
        Paragraph(
            "2. Khi bàn giao cho bộ phận quét, hai bên đếm số hộp, số hồ sơ, số tờ và ký biên bản giao nhận. Sau khi "
            "quét, tài liệu được trả lại theo đúng trật tự, kiểm đếm lại và ghi rõ tờ nào chưa quét được cùng lý do."
        ),
        Paragraph(
            "3. Ảnh quét phải đủ bốn góc của trang, rõ chữ ở độ phân giải 200 dpi, không nghiêng quá 1 độ; tờ có dấu "
            "đỏ hoặc chữ ký mực xanh được quét màu. Người kiểm tra mở xem ít nhất 10% số trang của mỗi hồ sơ và toàn "
            "bộ các tờ đã được ghi chú trong chứng từ kết thúc; hồ sơ có lỗi được trả lại để quét bổ sung trong "
            "ngày."
        ),
        Paragraph("IV. TỔ CHỨC THỰC HIỆN", bold=True),
        Paragraph(
            "Các cơ quan, tổ chức căn cứ Hướng dẫn này để thực hiện. Trong quá trình thực hiện, nếu có khó khăn, đề "
            "nghị liên hệ Phòng Thu thập và Chỉnh lý của Trung tâm để được hỗ trợ./."
        ),
    ),
    recipients=("Các cơ quan nguồn nộp lưu;", "Sở Nội vụ (b/c);", "Ban Giám đốc;", "Lưu: VT, TTCL."),
    sign=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signer="Lâm Thanh Trúc",
    seal="SỞ NỘI VỤ * TRUNG TÂM LƯU TRỮ LỊCH SỬ",
    appendix=_DOSSIER_FORM,
    pages=4,
)
