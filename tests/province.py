"""A province small enough to hold in one's head, for tests that need a database.

Two groups (so: three departments, xa: two communes); one set for each programme; one account of each kind.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy import select

from app.accounts import ADMINISTRATOR, APPRAISER, DATA_ENTRY, MANAGER, role_named
from app.clock import local_date
from app.extensions import db
from app.holding import hold_row
from app.models import Account, Agency, AgencyGroup
from app.passwords import hashed
from app.scoring.models import CriteriaSet, Round, Score, Sheet
from app.scoring.operations import appraisals, assignments, concluding, criteria, publishing, rounds, surveys
from app.scoring.operations.evidence import keep_file
from app.scoring.operations.survey_answers import respond_inside
from app.scoring.queries.appraisals import get_work, tasks
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.conclusion import conclusion_checks
from app.scoring.queries.survey_sources import answers_mark
from app.scoring.queries.surveys import campaigns_of
from app.web.uploads import file_store

NOW = datetime.now(UTC)
DEADLINE = NOW + timedelta(days=30)
PASSWORD = "Thanh-hoa-1029"

FORMS = Path(__file__).parent.parent / "demo" / "survey_forms.csv"

REFORM_SET = """code,parent_code,name,max_score,scoring_method,rule,figures,evidence,evidence_required,assessed_by,appraiser_agency,not_applicable_for,note
1,,Chỉ đạo điều hành,7,sum,,,,,,,,
1.1,1,Ban hành kế hoạch,1,yes_no,Đúng hạn => 1 | Không => 0,,Kế hoạch,yes,self,SO-NV,,
1.2,1,Hoàn thành kế hoạch,2,percent_tiers,>=100% => 2 | >=80% => 1 | <80% => 0,a: Việc đã xong; b: Việc phải làm,Báo cáo,no,self,SO-NV,,
1.3,1,Tin bài tuyên truyền,1.5,count,0.5 / tin bài,n: Số tin bài,,no,self,SO-NV,,
1.4,1,Chất lượng báo cáo,1,manual,Hội đồng chấm,,,no,council,SO-NV,,
1.5,1,Sự quyết liệt của người đứng đầu,1.5,survey,"form=KS-01; questions=KS-01-C02; weights=100,80,50,0",,,no,survey,SO-NV,,
2,,Thể chế,3,sum,,,,,,,,
2.1,2,Xây dựng văn bản,2,proportional,a/b; min=50%,a: Văn bản đúng tiến độ; b: Văn bản được giao,Tờ trình,no,self,SO-TP,,
2.2,2,Rà soát văn bản,1,tiers,Đầy đủ => 1 | Một phần => 0.5 | Không => 0,,,no,self,SO-TP,SO-TC,
3,,"Điểm thưởng, điểm trừ",0,sum,,,,,,,,
3.1,3,Sáng kiến được công nhận,1,bonus,0.5 / sáng kiến,n: Số sáng kiến,Quyết định công nhận,no,self,SO-NV,,
3.2,3,Bị phê bình bằng văn bản,2,penalty,1 / lần,n: Số lần,,no,self,SO-NV,,
"""

TASK_SET = """code,parent_code,name,max_score,scoring_method,rule,figures,evidence,evidence_required,assessed_by,appraiser_agency,not_applicable_for,note
1,,Nhiệm vụ được giao,8,sum,,,,,,,,
1.1,1,Tỷ lệ nhiệm vụ đúng hạn,8,proportional,a/b,a: Đúng hạn; b: Được giao,,no,self,SO-NV,,
2,,Kết quả cải cách hành chính,2,sum,,,,,,,,
2.1,2,Chỉ số cải cách hành chính,2,manual,Chỉ số CCHC × điểm tối đa,,,no,self,SO-NV,,Liên kết: chỉ số CCHC cùng năm
"""


@dataclass
class Province:
    """Ids, so that a test's own session loads the rows."""

    accounts: dict[str, int]
    agencies: dict[str, int]
    groups: dict[str, int]
    reform_set: int
    task_set: int

    def account(self, name: str) -> Account:
        return db.session.get(Account, self.accounts[name])

    def agency(self, code: str) -> Agency:
        return db.session.get(Agency, self.agencies[code])

    def group(self, code: str) -> AgencyGroup:
        return db.session.get(AgencyGroup, self.groups[code])


ACCOUNTS = (
    ("quan-ly", MANAGER, "SO-NV", False),
    ("quan-ly-2", MANAGER, "SO-NV", False),
    ("quan-tri", ADMINISTRATOR, None, False),
    ("tp-nhap", DATA_ENTRY, "SO-TP", False),
    ("tp-duyet", DATA_ENTRY, "SO-TP", True),
    ("tc-nhap", DATA_ENTRY, "SO-TC", False),
    ("tc-duyet", DATA_ENTRY, "SO-TC", True),
    ("nv-nhap", DATA_ENTRY, "SO-NV", False),
    ("nv-duyet", DATA_ENTRY, "SO-NV", True),
    ("td-nv", APPRAISER, "SO-NV", False),
    ("td-tp", APPRAISER, "SO-TP", False),
)


def build() -> Province:
    """Fill an empty, migrated database that has its roles; commits."""
    groups = {
        code: AgencyGroup(code=code, name=name, sort_order=place)
        for place, (code, name) in enumerate([("so", "Sở, ban, ngành"), ("xa", "UBND cấp xã")])
    }
    agencies = {
        code: Agency(code=code, name=name, group=groups[group])
        for code, name, group in (
            ("SO-NV", "Sở Nội vụ", "so"),
            ("SO-TP", "Sở Tư pháp", "so"),
            ("SO-TC", "Sở Tài chính", "so"),
            ("XA-A", "UBND phường Hạc Thành", "xa"),
            ("XA-B", "UBND xã Đông Tiến", "xa"),
        )
    }
    db.session.add_all([*groups.values(), *agencies.values()])
    secret = hashed(PASSWORD)
    roles = {role: role_named(role) for role in {row[1] for row in ACCOUNTS}}
    accounts = {
        name: Account(
            username=name,
            last_name="Nguyễn Văn",
            first_name=name.replace("-", " ").title(),
            email=f"{name}@thanhhoa.example",
            active=True,
            agency=agencies.get(agency or ""),
            can_approve=approve,
            must_change_password=False,
            password=secret,
            roles=[roles[role]],
        )
        for name, role, agency, approve in ACCOUNTS
    }
    db.session.add_all(accounts.values())
    db.session.flush()
    surveys.import_surveys(FORMS.read_bytes(), FORMS.name, actor=None, at=NOW)
    sets = [
        _issued(text, programme, name, [groups["so"]])
        for text, programme, name in (
            (REFORM_SET, "cchc", "Bộ CCHC nhỏ"),
            (TASK_SET, "htnv", "Bộ HTNV nhỏ"),
        )
    ]
    db.session.commit()
    return Province(
        {name: account.id for name, account in accounts.items()},
        {code: agency.id for code, agency in agencies.items()},
        {code: group.id for code, group in groups.items()},
        sets[0].id,
        sets[1].id,
    )


def _issued(text: str, programme: str, name: str, groups: list[AgencyGroup]) -> CriteriaSet:
    made, _parsed, findings = criteria.import_criteria(
        text.encode(), "set.csv", programme=programme, groups=groups, name=name, actor=None, at=NOW
    )
    assert made is not None, [str(finding.sentence) for finding in findings]
    criteria.issue(hold_row(made), actor=None, at=NOW)
    return made


def open_round(province: Province, programme: str = "cchc", period: str = "2026") -> Round:
    """An open round of the three departments, assigned by field; commits."""
    set_id = province.reform_set if programme == "cchc" else province.task_set
    round_ = rounds.create_round(
        programme=programme,
        period=period,
        name=f"{programme.upper()} {period}",
        entry_deadline=DEADLINE,
        sets={province.group("so"): db.session.get(CriteriaSet, set_id)},
        actor=province.account("quan-ly"),
        at=NOW,
    )
    rounds.open_round(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    assignments.assign_by_sets(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    db.session.commit()
    return round_


def sheet_of(round_: Round, province: Province, agency_code: str) -> Sheet:
    return db.session.scalars(
        select(Sheet).where(Sheet.round_id == round_.id, Sheet.agency_id == province.agencies[agency_code])
    ).one()


def score_of(sheet: Sheet, code: str) -> Score:
    return next(score for score in sheet.scores if score.criterion.code == code)


CLERKS = {"SO-TP": "tp-nhap", "SO-TC": "tc-nhap", "SO-NV": "nv-nhap"}


def answer_surveys(round_: Round, province: Province) -> None:
    """Each department's clerk answers the first form, the best option everywhere, and points are computed."""
    campaign = campaigns_of(round_)[0]
    answers = {question.id: 0 for question in campaign.form.questions if question.kind != "text"}
    for code, clerk in CLERKS.items():
        respond_inside(hold_row(campaign), province.agency(code), answers, account=province.account(clerk), at=NOW)
    compute_survey_points(round_, province)


def compute_survey_points(round_: Round, province: Province) -> int:
    """By the manager, who has seen every answer."""
    manager = province.account("quan-ly")
    return surveys.compute_points(hold_row(round_), seen=answers_mark(round_), actor=manager, at=NOW)


def begin_appraisal(round_: Round, province: Province) -> None:
    rounds.begin_appraisal(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    db.session.commit()


def appraise_everything(round_: Round, province: Province, name: str, *, send: bool = True) -> None:
    """The appraiser gives every assigned score its maximum, with a reason, and sends; commits."""
    person = province.account(name)
    work = get_work(person, round_.id)
    for task in tasks(person, Coverage(round_).items_of(person.id)):
        verdict = appraisals.Verdict(points=task.score.criterion.maximum, reason="Theo hồ sơ kiểm chứng.")
        appraisals.save_appraisal(task, hold_row(work), verdict, version=0, actor=person, at=NOW)
    if send:
        appraisals.send_work(hold_row(work.round), hold_row(work), actor=person, at=NOW)
    db.session.commit()


DECISION = b"%PDF-1.4\n% decision\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def conclude_round(round_: Round, province: Province, *, at: datetime = NOW) -> None:
    """Conclude as somebody does who has seen what is left open."""
    db.session.flush()
    left = conclusion_checks(round_, at).left
    concluding.conclude_round(hold_row(round_), left=left, actor=province.account("quan-ly"), at=at)


def decision(number: str = "99/QĐ-UBND", *, at: datetime = NOW) -> publishing.Decision:
    """A decision of the day, its file in the store."""
    stored = file_store().put(BytesIO(DECISION), "quyet-dinh.pdf")
    return publishing.Decision(number, local_date(at), "Chủ tịch Nguyễn Văn A", keep_file(stored, at=at), stored.name)


def publish_round(round_: Round, province: Province, number: str = "99/QĐ-UBND", *, at: datetime = NOW) -> None:
    publishing.publish(hold_row(round_), decision(number, at=at), actor=province.account("quan-ly"), at=at)


def decision_form(number: str = "9/QĐ-UBND", **changes) -> dict:
    """What is sent to publish."""
    return {
        "decision_number": number,
        "decided_on": f"{local_date(NOW):%d/%m/%Y}",
        "signer": "Chủ tịch Nguyễn Văn A",
        "file": (BytesIO(DECISION), "quyet-dinh.pdf"),
    } | changes
