"""Files of a province of three departments, as its Sở Nội vụ would have them ready before the first day."""

ROUND = "Chỉ số CCHC năm 2026"

AGENCIES = """Mã,Tên cơ quan,Tên viết tắt,Mã khối
SO-NV,Sở Nội vụ,SNV,so
SO-TP,Sở Tư pháp,STP,so
SO-YT,Sở Y tế,SYT,so
"""
AGENCIES_WITH_A_MISTAKE = AGENCIES.replace("Sở Y tế,SYT,so", "Sở Y tế,SYT,sở")

ACCOUNTS = """Tên đăng nhập,Họ và tên,Thư điện tử,Mã cơ quan,Loại tài khoản,Quyền duyệt
yt-duyet,Lê Thị Lãnh Đạo,yt-duyet@tinh.example,SO-YT,Nhập liệu,có
tp-nhap,Phạm Văn Tư Pháp,tp-nhap@tinh.example,SO-TP,Nhập liệu,không
td-nv,Trần Thị Nội Vụ,td-nv@tinh.example,SO-NV,Thẩm định,không
td-tp,Hoàng Văn Pháp Chế,td-tp@tinh.example,SO-TP,Thẩm định,không
"""

CRITERIA = """code,parent_code,name,max_score,scoring_method,rule,figures,evidence,evidence_required,assessed_by,appraiser_agency,note
1,,Chỉ đạo điều hành,7,sum,,,,,,,
1.1,1,Ban hành kế hoạch,1,yes_no,Đúng hạn => 1 | Không => 0,,Kế hoạch,yes,self,SO-NV,
1.2,1,Hoàn thành kế hoạch,2,percent_tiers,>=100% => 2 | >=80% => 1 | <80% => 0,a: Việc đã xong; b: Việc phải làm,Báo cáo,no,self,SO-NV,
1.3,1,Tin bài tuyên truyền,1.5,count,0.5 / tin bài,n: Số tin bài,,no,self,SO-NV,
1.4,1,Chất lượng báo cáo,1,manual,Hội đồng chấm,,,no,council,SO-NV,
1.5,1,Sự quan tâm của người đứng đầu,1.5,survey,"form=KS-01; questions=KS-01-C02; weights=100,80,50,0",,,no,survey,SO-NV,
2,,Thể chế,3,sum,,,,,,,
2.1,2,Xây dựng văn bản,2,proportional,a/b; min=50%,a: Văn bản đúng tiến độ; b: Văn bản được giao,Tờ trình,no,self,SO-TP,
2.2,2,Rà soát văn bản,1,tiers,Đầy đủ => 1 | Một phần => 0.5 | Không => 0,,,no,self,SO-TP,
"""  # noqa: E501
CRITERIA_WITH_A_MISTAKE = CRITERIA.replace("Đúng hạn => 1 | Không", "Đúng hạn => 0.5 | Không")

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
