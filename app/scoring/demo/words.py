"""The sentences of the demo province: explanations, reasons, documents, notices."""

NOTHING_TO_DO = (
    "Trong kỳ cơ quan không phát sinh nhiệm vụ này; đề nghị không áp dụng tiêu chí.",
    "Không có hồ sơ thuộc lĩnh vực này trong năm, đề nghị không tính điểm.",
)
DONE = (
    "Đã hoàn thành theo kế hoạch; có tài liệu kiểm chứng kèm theo.",
    "Thực hiện đúng thời hạn UBND tỉnh giao.",
    "Số liệu theo báo cáo năm của cơ quan.",
    "Đã rà soát, đối chiếu với phòng chuyên môn trước khi nhập.",
)
OWN_POINTS = (
    "Cơ quan tự trừ điểm do có một nhiệm vụ hoàn thành chậm 05 ngày.",
    "Tự đánh giá thấp hơn mức gợi ý vì báo cáo quý III gửi chậm.",
)
COUNCIL = (
    "Theo ý kiến thống nhất của tổ thẩm định.",
    "Căn cứ hồ sơ theo dõi của cơ quan chủ trì thẩm định.",
)
LOWERED = (
    "Tài liệu kiểm chứng ban hành sau thời hạn quy định.",
    "Số liệu chưa khớp với hệ thống theo dõi nhiệm vụ của UBND tỉnh.",
    "Chưa có văn bản chứng minh kết quả đối với toàn bộ nhiệm vụ.",
    "Tỷ lệ hồ sơ đúng hạn trên Cổng dịch vụ công thấp hơn số tự báo cáo.",
)
REFUSED_CLAIM = "Cơ quan có phát sinh nhiệm vụ theo số liệu của tổ thẩm định nên không chấp nhận đề nghị."
ACCEPTED_CLAIM = "Đồng ý không áp dụng."
ASKED = "Đề nghị cơ quan giải trình và bổ sung văn bản chứng minh."
ANSWERED = "Cơ quan đã rà soát; văn bản ban hành đúng hạn nhưng cập nhật chậm trên hệ thống. Đề nghị xem xét lại điểm."
DECIDED = "Công bố kết quả chấm điểm, xếp hạng các cơ quan, đơn vị kèm theo Quyết định này."
SIGNER = "Phó Chủ tịch Lê Minh Đức"
CONCLUDED = "Hội đồng thống nhất theo hồ sơ bổ sung."
EXTENDED = "Cơ quan đang sắp xếp lại tổ chức bộ máy, cần thêm thời gian tổng hợp số liệu."

# Title, number's ending, body.
DOCUMENTS = (
    (
        "KẾ HOẠCH cải cách hành chính năm {year}",
        "KH",
        "Kế hoạch xác định 32 nhiệm vụ trên 6 lĩnh vực cải cách hành chính, phân công từng phòng chủ trì, thời hạn "
        "hoàn thành và sản phẩm đầu ra. Thủ trưởng cơ quan trực tiếp chỉ đạo, kiểm tra việc thực hiện hằng quý.",
    ),
    (
        "BÁO CÁO kết quả công tác cải cách hành chính năm {year}",
        "BC",
        "Trong năm, cơ quan đã hoàn thành các nhiệm vụ được giao; tỷ lệ hồ sơ giải quyết đúng hạn được duy trì; 100% "
        "văn bản đi, đến được xử lý trên môi trường mạng. Một số nhiệm vụ còn chậm được nêu tại phụ lục kèm theo.",
    ),
    (
        "QUYẾT ĐỊNH về việc công nhận kết quả thực hiện nhiệm vụ năm {year}",
        "QĐ",
        "Công nhận kết quả thực hiện nhiệm vụ năm của các phòng, đơn vị trực thuộc. Giao Văn phòng tổng hợp, lưu hồ sơ "
        "làm tài liệu kiểm chứng phục vụ chấm điểm.",
    ),
    (
        "BIÊN BẢN kiểm tra công vụ năm {year}",
        "BB",
        "Đoàn kiểm tra ghi nhận việc chấp hành kỷ luật, kỷ cương hành chính; không phát hiện hồ sơ quá hạn không có lý "
        "do. Đề nghị tiếp tục duy trì và khắc phục 02 tồn tại đã nêu.",
    ),
)
SIGNED_REPORT = (
    "Báo cáo này là bản ký, đóng dấu (tệp minh họa) của kết quả tự đánh giá đã được phê duyệt trên phần mềm, "
    "mã kiểm tra {code}. Cơ quan chịu trách nhiệm về tính chính xác của số liệu và tài liệu kiểm chứng."
)
# Answers in words; most people write nothing.
OPINIONS = (
    "",
    "",
    "",
    "Đề nghị rút ngắn thời gian giải quyết hồ sơ.",
    "Cán bộ tiếp nhận nhiệt tình, hướng dẫn dễ hiểu.",
    "Cần cập nhật biểu mẫu trên Cổng dịch vụ công kịp thời hơn.",
)
