"""One round, Sở Tư pháp's sheet in it, brought through every state; what its people typed holds a canary."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

from flask import Flask

from app.accounts import APPRAISER, MANAGER, find_account, requests, role_named
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.models import (
    Account,
    AccountRequest,
    AuditEvent,
    ManagerReset,
    Notification,
    ResetRequest,
)
from app.office.models import Announcement, Proposal
from app.scoring.models import (
    Assignment,
    Criterion,
    Extension,
    FailedCondition,
    GradeBand,
    LeaderComment,
    Publication,
    Result,
    Round,
    Sheet,
    SurveyCampaign,
    SurveyCodeBatch,
    SurveyForm,
    SurveyRemoval,
    UnlockRequest,
)
from app.scoring.operations import appraisals, assignments, differences, evidence, review, sheets
from app.scoring.operations.survey_answers import respond_by_link, respond_inside
from app.scoring.operations.survey_codes import make_codes
from app.scoring.operations.survey_review import remove_answers
from app.scoring.queries.appraisals import hold_round_of_work, hold_work
from app.scoring.queries.conclusion import conclusion_checks
from app.scoring.queries.survey_sources import answers_mark
from app.scoring.queries.surveys import campaigns_of
from app.sign_in.models import AccountSession, ShownOnce
from tests.province import (
    CLERKS,
    DEADLINE,
    NOW,
    Province,
    appraise_everything,
    begin_appraisal,
    compute_survey_points,
    conclude_round,
    open_round,
    publish_round,
    score_of,
    sheet_of,
)

STATES = ("draft", "approved", "submitted", "appraising", "appraised", "concluded", "published")
PROVEN = ("1.1", "2.1")
PDF = "%PDF-1.4\n% {}\n%%EOF\n"
CANARY = "zqxchimhoami"
ELSEWHERE = "0" * 64


def canary(place: str) -> str:
    """A word that stands nowhere but in what Sở Tư pháp typed at this place, or was written about it."""
    return CANARY + place


def _full(campaign: SurveyCampaign) -> dict[int, int | str]:
    return {q.id: canary("survey") if q.kind == "text" else 0 for q in campaign.form.questions}


class World(NamedTuple):
    """``places`` fill the routes' addresses, ``rows`` the registers' keys; ``band_id`` is for a form."""

    places: dict[str, object]
    rows: dict[str, object]
    band_id: int


class Story:
    """The acts, one method a state; each commits."""

    def __init__(self, app: Flask, province: Province):
        self.app, self.province = app, province
        self.files = FileStore(app.config["FILES_DIR"], 10_000)

    @property
    def round(self) -> Round:
        return db.session.get(Round, self.round_id)

    @property
    def sheet(self) -> Sheet:
        return sheet_of(self.round, self.province, "SO-TP")

    def file(self, name: str, words: str):
        return self.files.put(BytesIO(PDF.format(words).encode()), name)

    def until_appraising(self) -> World:
        for act in (self.draft, self.approved, self.submitted, self.appraising):
            act()
        return self.world()

    def draft(self) -> None:
        """Rounds of two years are open; in the earlier one, appraisal has begun and keeps appraisers signed in."""
        self._people()
        self.round_id, before = open_round(self.province).id, open_round(self.province, period="2025")
        for round_ in (self.round, before):
            self._assign(round_)
        begin_appraisal(before, self.province)
        self._fill()
        self._comment()
        self._letters()
        db.session.commit()

    def _comment(self) -> None:
        """The leader hands the draft back."""
        of_rows = {score_of(self.sheet, PROVEN[0]).id: canary("remark")}
        leader = self.province.account("tp-duyet")
        review.hand_back(hold_row(self.sheet), canary("comment"), of_rows, actor=leader, at=NOW)

    def _people(self) -> None:
        """Two appraisers more: one without assignment, and one who will have sent when the other has not; a manager."""
        for name, role in (("td-la", APPRAISER), ("td-hai", APPRAISER), ("quan-ly-3", MANAGER)):
            person = Account(
                username=name, last_name="Trần Thị", first_name="Lan", email=f"{name}@thanhhoa.example",
                active=True, agency_id=self.province.agencies["SO-TC"], must_change_password=False,
                password=self.province.account("td-nv").password, roles=[role_named(role)],
            )  # fmt: skip
            db.session.add(person)
            db.session.flush()
            self.province.accounts[name] = person.id
        db.session.add(
            ManagerReset(
                account_id=self.province.accounts["quan-ly-3"], reason=canary("reset"), requested_at=NOW,
                requested_by_id=self.province.accounts["quan-ly-2"],
            )  # fmt: skip
        )
        self.province.account("tp-nhap").email = f"{canary('email')}@thanhhoa.example"
        db.session.flush()

    def _assign(self, round_: Round) -> None:
        field = (
            db.session.query(Criterion).filter_by(criteria_set_id=self.province.reform_set, code="1").one()
        )
        group, manager = self.province.group("so"), self.province.account("quan-ly")
        assignments.assign(hold_row(round_), find_account("td-hai"), group, field, actor=manager, at=NOW)

    def _fill(self) -> None:
        sheet, clerk = self.sheet, self.province.account("tp-nhap")
        for row in sheet.scores:
            entry = sheets.RowEntry(points=Decimal(0), explanation=canary("explanation"))
            if row.criterion.assessed_by == "self":
                sheets.save_row(hold_row(row), entry, version=row.version, actor=clerk, at=NOW)
        for code in PROVEN:
            words = evidence.Description(canary("number"), None, canary("issuer"), canary("summary"))
            stored = self.file(f"{canary('file')}.pdf", canary("content"))
            evidence.attach_new(hold_row(score_of(sheet, code)), stored, words, actor=clerk, at=NOW)

    def _letters(self) -> None:
        clerk, at = self.province.account("tp-nhap"), NOW
        elsewhere = AccountSession(account_id=clerk.id, key_hash=ELSEWHERE, signed_in_at=at, seen_at=at)
        db.session.add(elsewhere)
        db.session.flush()
        db.session.add(ShownOnce(session_id=elsewhere.id, made_at=at, sealed=canary("sealed")))
        requests.request_account(
            last_name=canary("lastname"), first_name="Bình", email=f"{canary('requested')}@thanhhoa.example",
            position=canary("position"), can_approve=False, reason=canary("reason"), actor=clerk, at=at,
        )  # fmt: skip
        requests.request_reset(username="tp-nhap", contact=canary("phone"), head_of_agency="Bà A", at=at)
        note = Notification(account_id=clerk.id, text=canary("notice"), created_at=at)
        proposal = Proposal(
            title=canary("title"), body=canary("body"), agency=clerk.agency, created_by=clerk, created_at=at
        )
        later = DEADLINE + timedelta(days=1)
        extension = Extension(
            sheet_id=self.sheet.id, deadline=later, reason=canary("extension"), granted_at=at
        )
        news = Announcement(
            title="Hướng dẫn", body="…", published_at=at, file_name="hd.pdf", groups=[self.province.group("so")],
            file=evidence.keep_file(self.file("hd.pdf", "hướng dẫn"), at=at),
        )  # fmt: skip
        db.session.add_all([note, proposal, extension, news])
        self._answer(clerk)

    def _answer(self, clerk: Account) -> None:
        """The agencies' people about their own, a citizen by the open link; one of the citizens' is removed."""
        official, public = campaigns_of(self.round)[0], self._public_campaign()
        for code, name in CLERKS.items():
            agency, account = self.province.agency(code), self.province.account(name)
            respond_inside(hold_row(official), agency, _full(official), account=account, at=NOW)
        manager = self.province.account("quan-ly")
        for mark in ("one", "two"):
            answers, agency = _full(public), clerk.agency
            kept = respond_by_link(hold_row(public), agency, answers, mark=mark, network="0" * 16, at=NOW)
        remove_answers(hold_row(public), clerk.agency, [kept], canary("removed"), actor=manager, at=NOW)
        make_codes(hold_row(public), [clerk.agency], "print", 2, secret="…", actor=manager, at=NOW)
        compute_survey_points(self.round, self.province)

    def _public_campaign(self) -> SurveyCampaign:
        form = db.session.query(SurveyForm).filter_by(audience="citizen").one()
        made = SurveyCampaign(
            round_id=self.round_id, form=form, token="cong-dan", opens_at=NOW, closes_at=DEADLINE, mode="link"
        )
        db.session.add(made)
        db.session.flush()
        return made

    def approved(self) -> None:
        sheets.approve(hold_row(self.sheet), actor=self.province.account("tp-duyet"), at=NOW)
        file = evidence.keep_file(self.file("ky.pdf", canary("scan")), at=NOW)
        name = f"{canary('signed')}.pdf"
        sheets.sign(hold_row(self.sheet), file, name, actor=self.province.account("tp-nhap"), at=NOW)
        db.session.commit()

    def submitted(self) -> None:
        sheets.send(hold_row(self.sheet), actor=self.province.account("tp-nhap"), at=NOW)
        db.session.commit()

    def appraising(self) -> None:
        """Every appraiser has scored; all but one have sent."""
        begin_appraisal(self.round, self.province)
        self.province.accounts["td-hai"] = find_account("td-hai").id
        for name in ("td-nv", "td-tp", "td-hai"):
            appraise_everything(self.round, self.province, name, send=name != "td-nv")
        asked = UnlockRequest(
            round_id=self.round_id, work_id=self._work("td-hai"), reason=canary("unlock"),
            requested_by_id=self.province.accounts["quan-ly-2"], requested_at=NOW,
        )  # fmt: skip
        db.session.add(asked)
        db.session.execute(db.text("update appraisal set reason = :words"), {"words": canary("verdict")})
        db.session.commit()

    def appraised(self) -> None:
        person = self.province.account("td-nv")
        held_round = hold_round_of_work(person, self.round_id)
        appraisals.send_work(held_round, hold_work(person, self.round_id), actor=person, at=NOW)
        manager, clerk = self.province.account("quan-ly"), self.province.account("tp-nhap")
        score = score_of(self.sheet, "1.1")
        differences.ask_explanation(hold_row(score), canary("asked"), actor=manager, at=NOW)
        differences.answer_explanation(hold_row(score), canary("answer"), actor=clerk, at=NOW)
        band = db.session.query(GradeBand).filter_by(round_id=self.round_id).first()
        db.session.add(FailedCondition(sheet_id=self.sheet.id, band_id=band.id, reason=canary("failed")))
        for code in PROVEN:
            score = score_of(self.sheet, code)
            differences.conclude_score(
                hold_row(score), Decimal(0), canary("conclusion"), "05/BB", actor=manager, at=NOW
            )
        db.session.commit()

    def concluded(self) -> None:
        conclude_round(self.round, self.province)
        db.session.commit()

    def published(self) -> None:
        publish_round(self.round, self.province)
        db.session.commit()

    def _work(self, name: str) -> int:
        query = "select id from appraiser_work where appraiser_id = :who and round_id = :round"
        values = {"who": self.province.accounts[name], "round": self.round_id}
        return db.session.execute(db.text(query), values).scalar_one()

    def neighbour(self, world: World) -> World:
        """The same addresses with Sở Tài chính's sheet, rows and account in them; it has typed nothing."""
        sheet, agency = sheet_of(self.round, self.province, "SO-TC"), self.province.agencies["SO-TC"]
        own = {"sheet_id": sheet.id, "score_id": score_of(sheet, PROVEN[0]).id, "agency_id": agency}
        rows = {"AgencyView": agency, "AccountView": self.province.accounts["tc-nhap"]}
        return World(world.places | own, world.rows | rows, world.band_id)

    def _result_id(self) -> int:
        return db.session.query(Result.id).filter_by(sheet_id=self.sheet.id).scalar() or 1

    def world(self) -> World:
        """Read from the last state: rows once made keep their ids, and those of a later state are not there yet."""
        sheet, province, (campaign, public) = self.sheet, self.province, campaigns_of(self.round)
        score = score_of(sheet, PROVEN[0])
        first = {
            model: db.session.scalars(db.select(model.id).order_by(model.id)).first()
            for model in (
                FailedCondition, LeaderComment, UnlockRequest, Extension, Announcement, Proposal, AuditEvent,
                AccountRequest, ResetRequest, ManagerReset, SurveyCodeBatch, SurveyRemoval, Publication,
            )
        }  # fmt: skip
        elsewhere = db.session.query(AccountSession).filter_by(key_hash=ELSEWHERE).one()
        note = db.session.query(Notification).filter_by(text=canary("notice")).one()
        assignment, other = db.session.query(Assignment).filter_by(round_id=self.round_id).limit(2)
        places = {
            "score_id": score.id, "criterion_id": score.criterion_id, "evidence_id": score.evidence[0].id,
            "round_id": self.round_id, "sheet_id": sheet.id, "set_id": province.reform_set,
            "request_id": first[AccountRequest], "reset_id": first[ResetRequest],
            "manager_reset_id": first[ManagerReset],
            "account_id": province.accounts["tc-nhap"],
            "notification_id": note.id, "failure_id": first[FailedCondition], "campaign_id": campaign.id,
            "agency_id": province.agencies["SO-TP"], "work_id": self._work("td-hai"),
            "unlock_id": first[UnlockRequest], "session_id": elsewhere.id,
            "list_id": db.session.scalars(db.select(ShownOnce.id)).one(),
            "comment_id": first[LeaderComment],
            "assignment_id": assignment.id, "token": public.token, "batch_id": first[SurveyCodeBatch],
            "publication_id": first[Publication], "removal_id": first[SurveyRemoval],
            "SurveyCodesView.campaign_id": public.id,
            "SurveyReviewView.campaign_id": public.id, "SurveyDeskView.campaign_id": public.id,
            "seen": answers_mark(self.round), "left": conclusion_checks(self.round, NOW).left._asdict(),
            "code": sheet.snapshot.code, "programme": "cchc", "kind": "xlsx", "name": "ranking.xlsx",
            "step": "sets", "locale": "vi", "export_type": "csv", "group_id": province.groups["so"],
            "filename": "css/app.css", "guide": "README", "picture": "dang-nhap",
            "version": "v1",
        }  # fmt: skip
        rows = {
            "AgencyApi": province.agencies["SO-TP"], "CriteriaSetApi": province.reform_set,
            "CriterionApi": score.criterion_id, "GroupApi": province.groups["so"],
            "ResultApi": self._result_id(), "RoundApi": self.round_id, "ScoreApi": score.id, "SheetApi": sheet.id,
            "AccountRequestView": first[AccountRequest], "AccountView": province.accounts["tp-nhap"],
            "AgencyGroupView": province.groups["so"], "AgencyView": province.agencies["SO-TP"],
            "AnnouncementView": first[Announcement], "AssignmentView": other.id, "AuditView": first[AuditEvent],
            "CriteriaSetView": province.reform_set, "CriterionView": places["criterion_id"],
            "ExtensionView": first[Extension], "ProposalView": first[Proposal], "ResetRequestView": first[ResetRequest],
            "RoundView": self.round_id, "SurveyFormView": campaign.form_id,
            "SurveyQuestionView": campaign.form.questions[0].id,
        }  # fmt: skip
        band = db.session.query(GradeBand).filter_by(round_id=self.round_id).first()
        return World(places, rows, band.id)
