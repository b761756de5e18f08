"""The sample documents. Every office, place and person in them is invented; the regulations they cite exist."""

from __future__ import annotations

from samples.document import Centred, Document, PageBreak, Paragraph, Table
from samples.texts_guidance import GUIDANCE

_DISTRICT = ("ỦY BAN NHÂN DÂN", "HUYỆN AN PHƯỚC")
_COMMUNE = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI MÂY")

_MEMBERS = (
    PageBreak(),
    Centred("DANH SÁCH"),
    Centred("THÀNH VIÊN TỔ SỐ HÓA TÀI LIỆU LƯU TRỮ"),
    Paragraph("(Kèm theo Quyết định số 318/QĐ-UBND ngày 14 tháng 3 năm 2024 của Chủ tịch UBND huyện)", italic=True),
    Table(
        ("TT", "Họ và tên", "Chức vụ, đơn vị", "Nhiệm vụ"),
        (
            ("1", "Ngô Thành Đạt", "Chánh Văn phòng", "Tổ trưởng"),
            ("2", "Mai Xuân Hậu", "Phó Trưởng phòng Nội vụ", "Tổ phó"),
            ("3", "Tạ Thị Bích Vân", "Lưu trữ viên", "Thư ký"),
            ("4", "Đoàn Minh Triết", "Chuyên viên công nghệ thông tin", "Thành viên"),
            ("5", "Lưu Thị Hồng Nhạn", "Văn thư", "Thành viên"),
        ),
        (0.08, 0.3, 0.38, 0.24),
    ),
)

DECISION = Document(
    file="01-quyet-dinh-to-so-hoa.pdf",
    kind="Quyết định",
    issuer_lines=_DISTRICT,
    number="318",
    symbol="QĐ-UBND",
    place="An Phước",
    issued_on=(14, 3, 2024),
    subject_lines=("Về việc thành lập Tổ số hóa tài liệu lưu trữ", "của Ủy ban nhân dân huyện An Phước"),
    body=(
        Centred("CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN AN PHƯỚC"),
        Paragraph("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", italic=True),
        Paragraph("Căn cứ Luật Lưu trữ ngày 11 tháng 11 năm 2011;", italic=True),
        Paragraph(
            "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;", italic=True
        ),
        Paragraph(
            "Theo đề nghị của Trưởng phòng Nội vụ huyện tại Tờ trình số 27/TTr-PNV ngày 08 tháng 3 năm 2024.",
            italic=True,
        ),
        Centred("QUYẾT ĐỊNH:"),
        Paragraph(
            "Thành lập Tổ số hóa tài liệu lưu trữ của Ủy ban nhân dân huyện An Phước (sau đây gọi là Tổ số hóa) gồm "
            "các ông, bà có tên trong danh sách kèm theo Quyết định này.",
            opening="Điều 1.",
        ),
        Paragraph(
            "Tổ số hóa có nhiệm vụ thống kê, chỉnh lý, quét và kiểm tra chất lượng ảnh của toàn bộ tài liệu có thời "
            "hạn bảo quản vĩnh viễn hình thành từ năm 1998 đến năm 2020; hoàn thành trước ngày 30 tháng 11 năm 2024. "
            "Tài liệu giấy sau khi quét được sắp xếp lại theo đúng trật tự ban đầu và giao trả kho lưu trữ của "
            "huyện.",
            opening="Điều 2.",
        ),
        Paragraph(
            "Tổ số hóa làm việc theo chế độ kiêm nhiệm và tự giải thể sau khi hoàn thành nhiệm vụ. Kinh phí hoạt "
            "động được bố trí trong dự toán chi thường xuyên năm 2024 của Văn phòng Hội đồng nhân dân và Ủy ban nhân "
            "dân huyện.",
            opening="Điều 3.",
        ),
        Paragraph(
            "Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân huyện, "
            "Trưởng phòng Nội vụ, Trưởng phòng Tài chính - Kế hoạch, thủ trưởng các cơ quan, đơn vị có liên quan và "
            "các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.",
            opening="Điều 4.",
        ),
    ),
    recipients=(
        "Như Điều 4;",
        "Sở Nội vụ tỉnh (b/c);",
        "TT Huyện ủy, TT HĐND huyện;",
        "CT, các PCT UBND huyện;",
        "Lưu: VT, NV.",
    ),
    sign=("CHỦ TỊCH",),
    signer="Lê Hoài Nhơn",
    seal="UBND HUYỆN AN PHƯỚC * TỈNH BÌNH SƠN THƯỢNG",
    appendix=_MEMBERS,
    cites=("Nghị định số 30/2020/NĐ-CP ngày 05/03/2020", "Tờ trình số 27/TTr-PNV ngày 08/03/2024"),
    pages=3,
)

LETTER = Document(
    file="02-cong-van-giao-nop-ho-so.pdf",
    kind="Công văn",
    parent="UBND TỈNH BÌNH SƠN THƯỢNG",
    issuer_lines=("SỞ NỘI VỤ",),
    number="1274",
    symbol="SNV-VTLT",
    place="Bình Sơn Thượng",
    issued_on=(22, 8, 2025),
    subject_lines=(
        "V/v hướng dẫn giao nộp hồ sơ,",
        "tài liệu vào Lưu trữ lịch sử",
        "khi kết thúc hoạt động",
        "của cấp huyện",
    ),
    to=("Các sở, ban, ngành tỉnh;", "Ủy ban nhân dân các xã, phường."),
    body=(
        Paragraph(
            "Thực hiện Kế hoạch số 96/KH-UBND ngày 02 tháng 6 năm 2025 của Ủy ban nhân dân tỉnh về quản lý, số hóa "
            "hồ sơ, tài liệu khi sắp xếp đơn vị hành chính, Sở Nội vụ hướng dẫn một số nội dung như sau:"
        ),
        Paragraph(
            "1. Hồ sơ, tài liệu có thời hạn bảo quản vĩnh viễn của các cơ quan cấp huyện được chỉnh lý hoàn chỉnh, "
            "lập mục lục theo từng phông và giao nộp vào Trung tâm Lưu trữ lịch sử tỉnh trước ngày 31 tháng 12 năm "
            "2025."
        ),
        Paragraph(
            "2. Hồ sơ đang giải quyết được bàn giao nguyên trạng cho Ủy ban nhân dân cấp xã tiếp nhận nhiệm vụ, có "
            "biên bản giao nhận và danh mục kèm theo. Không tự ý tiêu hủy, mang ra khỏi trụ sở hoặc làm thất lạc tài "
            "liệu."
        ),
        Paragraph(
            "3. Con dấu, sổ đăng ký văn bản đi, văn bản đến và cơ sở dữ liệu của phần mềm quản lý văn bản được thống "
            "kê, niêm phong và bàn giao cùng với tài liệu giấy."
        ),
        Paragraph(
            "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị các cơ quan, đơn vị phản ánh về Sở Nội vụ (qua "
            "Phòng Văn thư - Lưu trữ) để được hướng dẫn kịp thời./."
        ),
    ),
    recipients=("Như trên;", "UBND tỉnh (b/c);", "Giám đốc, các PGĐ Sở;", "Trung tâm LTLS tỉnh;", "Lưu: VT, VTLT."),
    sign=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signer="Trần Thị Mỹ Hoàn",
    cites=("Kế hoạch số 96/KH-UBND ngày 02/06/2025",),
    seal="UBND TỈNH BÌNH SƠN THƯỢNG * SỞ NỘI VỤ",
)

PROPOSAL = Document(
    file="03-to-trinh-sua-chua-kho-luu-tru.pdf",
    kind="Tờ trình",
    parent="SỞ VĂN HÓA VÀ DU LỊCH",
    issuer_lines=("THƯ VIỆN TỈNH",),
    number="45",
    symbol="TTr-TVT",
    place="Bình Sơn Thượng",
    issued_on=(6, 2, 2025),
    subject_lines=("Về việc xin chủ trương sửa chữa, nâng cấp", "kho bảo quản tài liệu địa chí"),
    to=("Sở Văn hóa và Du lịch.",),
    body=(
        Paragraph(
            "Kho bảo quản tài liệu địa chí của Thư viện tỉnh được xây dựng năm 1996, diện tích 184 m², hiện lưu giữ "
            "hơn 12.600 bản sách, báo, bản đồ và tài liệu chữ Hán Nôm. Qua nhiều năm sử dụng, mái kho bị thấm dột, "
            "hệ thống điều hòa và hút ẩm hư hỏng, độ ẩm mùa mưa thường trên 85%, nhiều tài liệu bị mốc và mối xông."
        ),
        Paragraph(
            "Để bảo đảm an toàn cho tài liệu, Thư viện tỉnh kính trình Sở Văn hóa và Du lịch xem xét các nội dung sau:"
        ),
        Paragraph("1. Chống thấm mái, thay trần và cửa kho; sơn chống cháy kết cấu thép."),
        Paragraph("2. Lắp đặt mới 04 máy điều hòa, 03 máy hút ẩm và hệ thống báo cháy tự động."),
        Paragraph("3. Khử trùng, diệt mối toàn bộ kho trước khi sắp xếp lại tài liệu."),
        Paragraph(
            "Tổng kinh phí dự kiến: 1.865.000.000 đồng (Một tỷ tám trăm sáu mươi lăm triệu đồng), từ nguồn sự nghiệp "
            "văn hóa năm 2025. Thời gian thực hiện: quý II và quý III năm 2025."
        ),
        Paragraph("Kính trình Sở Văn hóa và Du lịch xem xét, phê duyệt./."),
    ),
    recipients=("Như trên;", "Ban Giám đốc;", "Phòng Địa chí;", "Lưu: VT, HC."),
    sign=("GIÁM ĐỐC",),
    signer="Đỗ Khắc Nguyên",
    seal="SỞ VĂN HÓA VÀ DU LỊCH * THƯ VIỆN TỈNH",
)

REPORT = Document(
    file="04-bao-cao-giai-quyet-thu-tuc.pdf",
    kind="Báo cáo",
    issuer_lines=_COMMUNE,
    number="87",
    symbol="BC-UBND",
    place="Suối Mây",
    issued_on=(3, 10, 2025),
    subject_lines=("Kết quả giải quyết thủ tục hành chính", "quý III năm 2025 của xã Suối Mây"),
    body=(
        Paragraph(
            "Thực hiện Công văn số 1120/SNV-CCHC ngày 15 tháng 9 năm 2025 của Sở Nội vụ, Ủy ban nhân dân xã Suối Mây "
            "báo cáo kết quả giải quyết thủ tục hành chính quý III năm 2025 như sau:"
        ),
        Paragraph("1. Kết quả tiếp nhận và giải quyết", bold=True),
        Table(
            ("TT", "Lĩnh vực", "Tiếp nhận", "Đúng hạn", "Quá hạn", "Đang giải quyết"),
            (
                ("1", "Hộ tịch", "214", "210", "0", "4"),
                ("2", "Chứng thực", "386", "386", "0", "0"),
                ("3", "Đất đai", "97", "78", "6", "13"),
                ("4", "Bảo trợ xã hội", "58", "52", "1", "5"),
                ("5", "Giáo dục", "21", "20", "0", "1"),
                ("", "Tổng cộng", "776", "746", "7", "23"),
            ),
            (0.07, 0.29, 0.16, 0.16, 0.14, 0.18),
        ),
        Paragraph(
            "Tỷ lệ hồ sơ giải quyết đúng hạn đạt 99,1%. Có 07 hồ sơ quá hạn, chủ yếu thuộc lĩnh vực đất đai do phải "
            "chờ ý kiến xác minh ranh giới của cơ quan chuyên môn. Ủy ban nhân dân xã đã gửi thư xin lỗi đến từng "
            "người dân."
        ),
        Paragraph("2. Khó khăn, vướng mắc", bold=True),
        Paragraph(
            "Đường truyền tại hai thôn vùng cao chưa ổn định; máy quét của bộ phận một cửa đã sử dụng trên 8 năm, "
            "thường kẹt giấy; công chức địa chính phải kiêm nhiệm công tác môi trường."
        ),
        Paragraph("3. Kiến nghị", bold=True),
        Paragraph(
            "Đề nghị Sở Nội vụ quan tâm trang bị 02 máy quét hai mặt và tập huấn kỹ năng số hóa hồ sơ "
            "cho công chức xã./."
        ),
    ),
    recipients=("Sở Nội vụ;", "TT Đảng ủy, TT HĐND xã;", "CT, PCT UBND xã;", "Lưu: VT."),
    sign=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Hồ Văn Thạnh",
    cites=("Công văn số 1120/SNV-CCHC ngày 15/09/2025",),
    pages=2,
    seal="UBND XÃ SUỐI MÂY * TỈNH BÌNH SƠN THƯỢNG",
)

NOTICE = Document(
    file="05-thong-bao-tiep-cong-dan-nghieng.pdf",
    kind="Thông báo",
    issuer_lines=_DISTRICT,
    number="09",
    symbol="TB-UBND",
    place="An Phước",
    issued_on=(8, 1, 2025),
    subject_lines=("Lịch tiếp công dân định kỳ năm 2025", "của Chủ tịch Ủy ban nhân dân huyện An Phước"),
    body=(
        Paragraph("Căn cứ Luật Tiếp công dân ngày 25 tháng 11 năm 2013;", italic=True),
        Paragraph("Ủy ban nhân dân huyện An Phước thông báo lịch tiếp công dân định kỳ năm 2025 như sau:"),
        Paragraph(
            "1. Thời gian: ngày 10 và ngày 25 hằng tháng; nếu trùng ngày nghỉ thì tiếp vào ngày làm việc kế tiếp."
        ),
        Paragraph("Buổi sáng từ 7 giờ 30 phút đến 11 giờ 00 phút; buổi chiều từ 13 giờ 30 phút đến 16 giờ 30 phút."),
        Paragraph("2. Địa điểm: Trụ sở Tiếp công dân huyện, số 12 đường Bờ Kè, thị trấn An Phước."),
        Paragraph(
            "3. Người đến khiếu nại, tố cáo, kiến nghị, phản ánh mang theo giấy tờ tùy thân và tài liệu có liên "
            "quan; trường hợp nhiều người cùng khiếu nại một nội dung thì cử người đại diện theo quy định."
        ),
        Paragraph(
            "Đề nghị Ủy ban nhân dân các xã, thị trấn niêm yết công khai và phát trên loa truyền thanh Thông báo này./."
        ),
    ),
    recipients=("UBND tỉnh (b/c);", "Các phòng, ban huyện;", "UBND các xã, thị trấn;", "Lưu: VT, TCD."),
    sign=("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    signer="Ngô Thành Đạt",
    seal="UBND HUYỆN AN PHƯỚC * TỈNH BÌNH SƠN THƯỢNG",
)

INVITATION = Document(
    file="06-giay-moi-hop-ra-soat-ho-ngheo.jpg",
    kind="Giấy mời",
    issuer_lines=_COMMUNE,
    number="31",
    symbol="GM-UBND",
    place="Suối Mây",
    issued_on=(17, 11, 2025),
    subject_lines=("Họp rà soát hộ nghèo, hộ cận nghèo năm 2025",),
    body=(
        Paragraph("Ủy ban nhân dân xã Suối Mây trân trọng kính mời ông, bà đến dự cuộc họp như sau:"),
        Paragraph("1. Nội dung: thông qua kết quả rà soát hộ nghèo, hộ cận nghèo năm 2025 trên địa bàn xã."),
        Paragraph("2. Chủ trì: ông Hồ Văn Thạnh, Phó Chủ tịch Ủy ban nhân dân xã."),
        Paragraph("3. Thời gian: 7 giờ 30 phút, thứ Năm, ngày 20 tháng 11 năm 2025."),
        Paragraph("4. Địa điểm: Phòng họp tầng 2, trụ sở Ủy ban nhân dân xã."),
        Paragraph(
            "5. Thành phần: đại diện Mặt trận Tổ quốc và các đoàn thể; trưởng 11 thôn; công chức Văn hóa - Xã hội."
        ),
        Paragraph("Đề nghị các đại biểu đến dự đúng giờ và mang theo biên bản họp thôn để cuộc họp đạt kết quả tốt./."),
    ),
    recipients=("Như thành phần;", "Lưu: VT."),
    sign=("TL. CHỦ TỊCH", "CÔNG CHỨC VĂN PHÒNG"),
    signer="Phan Thị Ngọc Sương",
    seal="UBND XÃ SUỐI MÂY * TỈNH BÌNH SƠN THƯỢNG",
)

PETITION = Document(
    file="07-don-kien-nghi-duong-noi-dong.pdf",
    kind="Đơn",
    title="ĐƠN KIẾN NGHỊ",
    heading=False,
    issuer_lines=(),
    place="Suối Mây",
    issued_on=(12, 9, 2025),
    subject_lines=("Về việc sửa chữa cống thoát nước và đường nội đồng thôn Đá Bàn",),
    to=("Ủy ban nhân dân xã Suối Mây.",),
    body=(
        Paragraph("Tôi tên là: Võ Thị Lành, sinh năm 1969, thường trú tại thôn Đá Bàn, xã Suối Mây."),
        Paragraph(
            "Tôi thay mặt 23 hộ dân có ruộng ở cánh đồng Gò Dưới trình bày như sau: từ cuối năm 2024, cống thoát "
            "nước qua đường nội đồng bị sụp, nước không thoát được. Vụ hè thu vừa qua hơn 4 héc-ta lúa bị ngập úng, "
            "xe máy cày không vào được ruộng, bà con phải gặt tay và gánh lúa ra đường lớn."
        ),
        Paragraph(
            "Bà con đã góp công nạo vét hai lần nhưng chỉ được một thời gian ngắn. Vì vậy chúng tôi kính đề nghị Ủy "
            "ban nhân dân xã cử cán bộ kiểm tra, bố trí kinh phí sửa chữa cống và gia cố 150 mét đường trước vụ đông "
            "xuân; nhân dân xin đóng góp ngày công và cát sỏi."
        ),
        Paragraph("Chúng tôi xin chân thành cảm ơn và mong sớm nhận được trả lời."),
    ),
    sign=("NGƯỜI LÀM ĐƠN",),
    signer="Võ Thị Lành",
)

URGENT = Document(
    file="08-cong-van-khan-ung-pho-bao.pdf",
    kind="Công văn",
    issuer_lines=("ỦY BAN NHÂN DÂN", "TỈNH BÌNH SƠN THƯỢNG"),
    number="2056",
    symbol="UBND-NNMT",
    place="Bình Sơn Thượng",
    issued_on=(26, 10, 2025),
    urgency="Khẩn",
    subject_lines=("V/v chủ động ứng phó với", "bão số 12 và mưa lũ lớn"),
    to=("Các sở, ban, ngành tỉnh;", "Bộ Chỉ huy Quân sự tỉnh;", "Ủy ban nhân dân các xã, phường."),
    body=(
        Paragraph(
            "Theo tin của Đài Khí tượng Thủy văn, bão số 12 đang mạnh lên và di chuyển nhanh về phía đất liền; từ "
            "chiều ngày 27 tháng 10 trên địa bàn tỉnh có mưa rất to, nguy cơ cao xảy ra lũ quét và sạt lở đất. Chủ "
            "tịch Ủy ban nhân dân tỉnh yêu cầu:"
        ),
        Paragraph(
            "1. Ủy ban nhân dân các xã, phường rà soát, sơ tán toàn bộ người dân ở khu vực có nguy cơ sạt lở, ven "
            "sông, suối trước 16 giờ ngày 27 tháng 10 năm 2025; bảo đảm lương thực, nước sạch, thuốc men tại nơi sơ "
            "tán."
        ),
        Paragraph(
            "2. Sở Nông nghiệp và Môi trường chỉ đạo vận hành hồ chứa an toàn, thông báo sớm cho vùng hạ du trước "
            "khi xả lũ; tổ chức trực ban 24/24 giờ."
        ),
        Paragraph(
            "3. Sở Giáo dục và Đào tạo quyết định cho học sinh nghỉ học, bảo đảm an toàn trường lớp và thiết bị."
        ),
        Paragraph("Yêu cầu thủ trưởng các cơ quan, đơn vị khẩn trương thực hiện và báo cáo trước 17 giờ hằng ngày./."),
    ),
    recipients=("Như trên;", "TT Tỉnh ủy, TT HĐND tỉnh;", "CT, các PCT UBND tỉnh;", "Lưu: VT, NNMT."),
    sign=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Huỳnh Đăng Khoa",
    seal="ỦY BAN NHÂN DÂN * TỈNH BÌNH SƠN THƯỢNG",
)

PLAN = Document(
    file="09-ke-hoach-dien-tap-nguoc-chieu.pdf",
    kind="Kế hoạch",
    parent="SỞ Y TẾ BÌNH SƠN THƯỢNG",
    issuer_lines=("TRUNG TÂM Y TẾ", "KHU VỰC AN PHƯỚC"),
    number="62",
    symbol="KH-TTYT",
    place="An Phước",
    issued_on=(19, 5, 2025),
    subject_lines=("Diễn tập phòng cháy, chữa cháy và cứu nạn, cứu hộ", "năm 2025"),
    body=(
        Paragraph(
            "Thực hiện Công văn số 733/SYT-VP ngày 28 tháng 4 năm 2025 của Sở Y tế, Trung tâm Y tế khu vực An Phước "
            "xây dựng kế hoạch diễn tập như sau:"
        ),
        Paragraph("I. MỤC ĐÍCH, YÊU CẦU", bold=True),
        Paragraph(
            "Nâng cao kỹ năng xử lý tình huống cháy của viên chức, người lao động; kiểm tra phương án đưa người bệnh "
            "nặng ra khỏi khu vực nguy hiểm; bảo đảm tuyệt đối an toàn cho người và phương tiện khi diễn tập."
        ),
        Paragraph("II. NỘI DUNG", bold=True),
        Paragraph("1. Tình huống giả định: chập điện tại kho dược tầng 1, khói lan lên Khoa Nội tổng hợp ở tầng 2."),
        Paragraph("2. Lực lượng tham gia: 64 người, gồm đội phòng cháy cơ sở, các khoa lâm sàng và tổ bảo vệ."),
        Paragraph("3. Thời gian: 14 giờ 00 phút ngày 12 tháng 6 năm 2025."),
        Paragraph("III. TỔ CHỨC THỰC HIỆN", bold=True),
        Paragraph(
            "Phòng Hành chính - Tổ chức chủ trì chuẩn bị kịch bản, phương tiện; Phòng Kế hoạch - Tài chính bảo đảm "
            "kinh phí; các khoa lập danh sách người bệnh cần hỗ trợ di chuyển./."
        ),
    ),
    recipients=("Sở Y tế (b/c);", "Ban Giám đốc;", "Các khoa, phòng;", "Lưu: VT, HCTC."),
    sign=("GIÁM ĐỐC",),
    signer="Bùi Quang Lâm",
    cites=("Công văn số 733/SYT-VP ngày 28/04/2025",),
    seal="SỞ Y TẾ * TRUNG TÂM Y TẾ KHU VỰC AN PHƯỚC",
)

SCANNED = (DECISION, LETTER, PROPOSAL, REPORT, NOTICE, INVITATION, PETITION, URGENT, PLAN, GUIDANCE)
"""Those that are drawn on paper and scanned."""
