"""Who reaches which route, and in which state of the sheet an act is due.

``WHO_REACHES``: one letter for each kind of account in the order of ``KINDS``, in the state *appraising*.
``_BY_STATE``: one letter for each state, for the kinds whose answer is not the same in all.

Y reached (200, 302, 422: whatever was typed), C the state forbids it (409), F forbidden (403), N does not exist for
them (404), L must sign in.
"""

from tests.access.people import KINDS
from tests.access.world import STATES

STATE_OF_ALL = "appraising"

_TABLE = [
    # managers
    (
        "LFFFFFFFYF",
        """
        AccountDeskView.approve AccountDeskView.ask_manager_reset AccountDeskView.confirm_manager_reset
        AccountDeskView.desk AccountDeskView.give_password AccountDeskView.import_file
        AccountDeskView.import_form AccountDeskView.refuse AccountDeskView.refuse_manager_reset
        AccountDeskView.refuse_reset AccountDeskView.settle AccountDeskView.unlock AccountView.add
        AccountView.edit AccountView.list AccountView.show AgencyDeskView.import_file AgencyDeskView.import_form
        AgencyDeskView.template AgencyGroupView.add AgencyGroupView.delete AgencyGroupView.edit
        AgencyGroupView.list AgencyGroupView.show AgencyView.add AgencyView.delete AgencyView.edit
        AgencyView.list AgencyView.show AnnouncementView.add AnnouncementView.delete AnnouncementView.edit
        AssignmentDeskView.assign AssignmentDeskView.by_sets AssignmentDeskView.copy AssignmentDeskView.remove
        AssignmentDeskView.rounds AssignmentDeskView.show AssignmentView.delete AssignmentView.list
        AssignmentView.show AuditView.list AuditView.show
        CriteriaDeskView.check CriteriaDeskView.compare CriteriaDeskView.copy CriteriaDeskView.delete
        CriteriaDeskView.export CriteriaDeskView.import_file CriteriaDeskView.import_form
        CriteriaDeskView.issue CriteriaDeskView.retire CriteriaDeskView.sets CriteriaDeskView.show
        CriteriaDeskView.template CriteriaSetView.add CriteriaSetView.delete CriteriaSetView.edit
        CriteriaSetView.list CriteriaSetView.show CriterionView.add CriterionView.list DifferenceView.agency
        DifferenceView.appraisers DifferenceView.ask DifferenceView.ask_many DifferenceView.conclude
        DifferenceView.conclude_many
        DifferenceView.confirm_unlock DifferenceView.index DifferenceView.minutes DifferenceView.refuse_unlock
        DifferenceView.round DifferenceView.unlock DifferenceView.withdraw DifferenceView.workbook
        ExtensionView.list ExtensionView.show GridView.start ProgressView.appraisers ProgressView.extend
        ProgressView.give_back ProgressView.remind ProgressView.reminder ProgressView.remind_all ProgressView.rounds
        ProgressView.sheet ProgressView.show ProgressView.workbook ProposalView.edit ResetRequestView.list
        ResetRequestView.show ResultView.fail_condition RoundDeskView.appraise RoundDeskView.before_appraisal
        RoundDeskView.before_conclusion RoundDeskView.decision_file
        RoundDeskView.change_deadlines RoundDeskView.choose_sets RoundDeskView.conclude RoundDeskView.copy
        RoundDeskView.create RoundDeskView.new RoundDeskView.open RoundDeskView.prepare RoundDeskView.publish
        RoundDeskView.rounds RoundDeskView.set_bands RoundDeskView.show RoundDeskView.unlock
        RoundDeskView.unpublish RoundView.edit SecondFactorRuleView.rule SecondFactorRuleView.save
        RoundView.list RoundView.show SurveyCodesView.codes SurveyCodesView.import_papers SurveyCodesView.make
        SurveyCodesView.papers_file SurveyCodesView.revoke SurveyDeskView.campaign
        SurveyDeskView.import_forms SurveyDeskView.import_points SurveyDeskView.points_file
        SurveyDeskView.rounds SurveyDeskView.set_closing SurveyDeskView.set_mode SurveyDeskView.show
        SurveyReviewView.compute SurveyReviewView.remove SurveyReviewView.restore SurveyReviewView.review
        SurveyReviewView.sources
        SurveyFormView.add SurveyFormView.delete SurveyFormView.edit SurveyFormView.list SurveyFormView.show
        SurveyQuestionView.add SurveyQuestionView.delete SurveyQuestionView.edit SurveyQuestionView.list
        SurveyQuestionView.show grid.index grid_accounts.action_view grid_accounts.create_view
        grid_accounts.delete_view grid_accounts.details_view grid_accounts.edit_view grid_accounts.export
        grid_accounts.index_view grid_agencies.action_view grid_agencies.create_view grid_agencies.delete_view
        grid_agencies.details_view grid_agencies.edit_view grid_agencies.export grid_agencies.index_view
        grid_assignments.action_view grid_assignments.create_view grid_assignments.delete_view
        grid_assignments.details_view grid_assignments.edit_view grid_assignments.export
        grid_assignments.index_view grid_criteria.action_view grid_criteria.create_view
        grid_criteria.delete_view grid_criteria.details_view grid_criteria.edit_view grid_criteria.export
        grid_criteria.index_view grid_rounds.action_view grid_rounds.create_view grid_rounds.delete_view
        grid_rounds.details_view grid_rounds.edit_view grid_rounds.export grid_rounds.index_view
        """,
    ),
    # the agency itself
    (
        "LYYNNFFFFF",
        """
        EvidenceView.attach EvidenceView.describe EvidenceView.describe_form EvidenceView.detach
        EvidenceView.upload ExplanationView.answer LibraryView.attach LibraryView.rows SheetRowView.save
        SheetStepView.approve SheetStepView.hand_back SheetStepView.present SheetStepView.settle_comment
        SheetStepView.reopen SheetStepView.send SheetStepView.sign SheetWorkbookView.apply
        SheetWorkbookView.form SheetWorkbookView.upload SheetWorkbookView.workbook SurveyView.answer
        SurveyView.form
        """,
    ),
    # anyone
    (
        "YYYYYYYYYY",
        """
        LocaleView.index PublicAccountView.ask PublicAccountView.form PublicSurveyView.answer
        PublicSurveyView.form PublicSurveyView.thanks PublicView.index PublicView.rounds SessionView.login
        SessionView.logout TokenApi.login UtilView.back VerificationView.code VerificationView.compare
        VerificationView.form service.healthz service.readyz static
        """,
    ),
    # the data API: everyone with an account, each the rows in sight
    (
        "LYYYYYYYYY",
        """
        AgencyApi.get_list AgencyApi.info ApiGuideView.page CriteriaSetApi.get_list CriteriaSetApi.info
        CriterionApi.get_list CriterionApi.info GroupApi.get_list GroupApi.info OpenApi.get ResultApi.get_list
        ResultApi.info RoundApi.get_list RoundApi.info ScoreApi.get_list ScoreApi.info SheetApi.get_list
        SheetApi.info
        """,
    ),
    # one row of it: the agency itself, its appraisers, managers; nobody else before it is published
    (
        "LYYNNYYNYN",
        """
        AgencyApi.get ScoreApi.get SheetApi.get
        """,
    ),
    # what the agencies of the round have in common
    (
        "LYYYYYYNYN",
        """
        CriteriaSetApi.get CriterionApi.get RoundApi.get
        """,
    ),
    # the group of whoever belongs to one of its agencies
    (
        "LYYYYYYYYN",
        """
        GroupApi.get
        """,
    ),
    # nobody before the conclusion
    (
        "LNNNNNNNNN",
        """
        ResultApi.get
        """,
    ),
    # managers, and there is no such row for them here
    (
        "LFFFFFFFNF",
        """
        CriterionView.delete CriterionView.edit CriterionView.show ResultView.clear_condition
        grid_accounts.ajax_lookup grid_accounts.ajax_update grid_agencies.ajax_lookup
        grid_agencies.ajax_update grid_assignments.ajax_lookup grid_assignments.ajax_update
        grid_criteria.ajax_lookup grid_criteria.ajax_update grid_rounds.ajax_lookup grid_rounds.ajax_update
        """,
    ),
    # the appraisers to whom it is assigned
    (
        "LFFFFYYNFF",
        """
        AppraisalView.agency AppraisalView.criterion AppraisalView.desk AppraisalView.do_send
        AppraisalView.next_open AppraisalView.save AppraisalView.send AppraisalView.take_agency
        AppraisalView.take_criterion AppraisalWorkbookView.apply AppraisalWorkbookView.form
        AppraisalWorkbookView.upload AppraisalWorkbookView.workbook
        """,
    ),
    # everyone signed in
    (
        "LYYYYYYYYY",
        """
        AnnouncementView.list GuideView.own GuideView.page GuideView.picture HomeView.home
        HomeView.choose HomeView.notifications HomeView.read_all HomeView.settings OwnSessionsView.end_others
        OwnSessionsView.sessions SearchView.index
        PasswordView.this_form_get PasswordView.this_form_post SecondFactorView.begin SecondFactorView.confirm
        SecondFactorView.off SecondFactorView.renew SecondFactorView.show
        """,
    ),
    # the session that made it, until its owner confirms
    (
        "LNNNNNNNNN",
        """
        ShownOnceView.confirm ShownOnceView.file ShownOnceView.show
        """,
    ),
    # the agency itself and managers
    (
        "LYYNNFFFYF",
        """
        AccountRequestView.show ExplanationView.explanations ReportView.download ReportView.signed SheetRowView.row
        SheetView.check SheetView.receipt SheetView.show
        """,
    ),
    # the proof of a receipt: not before the night's root
    (
        "LCCNNFFFCF",
        """
        SheetView.proof
        """,
    ),
    # each row's outcome: not before the conclusion
    (
        "LCCNNFFFCF",
        """
        OutcomeView.download OutcomeView.show
        """,
    ),
    # managers before the conclusion
    (
        "LNNNNNNNYF",
        """
        ResultView.agency ResultView.everything ResultView.file ResultView.show WhatIfView.what_if
        """,
    ),
    # nobody: not there, not published or not switched on
    (
        "NNNNNNNNNN",
        """
        PublicView.decision PublicView.round SessionView.back SessionView.province appbuilder.static grid.static
        service.metrics
        """,
    ),
    # data entry and managers
    (
        "LYYYYFFFYF",
        """
        AccountRequestView.list SheetView.index SheetView.programme
        """,
    ),
    # everyone but the technical administrator
    (
        "LYYYYYYYYF",
        """
        ProposalView.add ProposalView.list ResultView.rounds
        """,
    ),
    # data entry, each within its own rows
    (
        "LYYYYFFFFF",
        """
        AccountRequestView.add LibraryView.upload SurveyView.index
        """,
    ),
    # those whom the announcement addresses
    (
        "LYYYYYYYYN",
        """
        AnnouncementView.file AnnouncementView.show
        """,
    ),
    # appraisers
    (
        "LFFFFYYYFF",
        """
        AppraisalView.index
        """,
    ),
    # the agency, its appraisers, managers
    (
        "LYYNNYYNYF",
        """
        EvidenceView.file
        """,
    ),
    # data entry; the library is nobody else's
    (
        "LYYYYNNNNF",
        """
        EvidenceView.index
        """,
    ),
    # the agency itself (files offered to a row)
    (
        "LYYNNNNNFF",
        """
        EvidenceView.pick
        """,
    ),
    # the one account
    (
        "LYNNNNNNNN",
        """
        HomeView.read_one OwnSessionsView.end
        """,
    ),
    # whoever has given the password and owes the code
    (
        "LLLLLLLLLL",
        """
        SessionView.code
        """,
    ),
    # nobody
    (
        "LFFFFFFFFF",
        """
        MenuApi.get_menu_data
        """,
    ),
    # the agency itself and managers (proposals)
    (
        "LYYNNNNNYF",
        """
        ProposalView.reply ProposalView.show
        """,
    ),
    # the technical administrator
    (
        "LFFFFFFFFY",
        """
        SystemView.facts
        """,
    ),
]

WHO_REACHES = {endpoint: letters for letters, endpoints in _TABLE for endpoint in endpoints.split()}

_ALL = tuple(KINDS)
_AGENCY = ("clerk", "leader")
_APPRAISERS = ("assigned appraiser", "appraiser who has sent")
_STRANGERS = ("clerk of another agency", "leader of another agency")
_PEOPLE = (*_AGENCY, *_STRANGERS, *_APPRAISERS)

# draft, approved, submitted, appraising, appraised, concluded, published
_BY_STATE = [
    (_ALL, "NNNNNNY", "PublicView.decision:GET PublicView.round:GET"),
    (
        _ALL,
        "NYYYYYY",
        """
        VerificationView.code:GET VerificationView.compare:POST
        """,
    ),
    (("clerk",), "CCCCCCC", "SurveyView.answer:POST"),
    (("clerk",), "CFCCCCC", "SheetStepView.reopen:POST"),
    (("clerk",), "FCCCCCC", "SheetStepView.approve:POST SheetStepView.hand_back:POST"),
    (_AGENCY, "YCCCCCC", "SheetStepView.present:POST SheetStepView.settle_comment:POST"),
    (("leader",), "YCCCCCC", "SheetStepView.hand_back:POST"),
    ((*_AGENCY, "manager"), "CCCCCYY", "OutcomeView.download:GET OutcomeView.show:GET"),
    (_AGENCY, "CCCCYCC", "ExplanationView.answer:POST"),
    (_AGENCY, "CYCCCCC", "SheetStepView.sign:POST"),
    (_AGENCY, "CYYYYYY", "SheetStepView.send:POST"),
    (_AGENCY, "NNNNNYY", "ResultView.agency:GET"),
    (
        _AGENCY,
        "YCCCCCC",
        """
        EvidenceView.attach:POST EvidenceView.describe:POST EvidenceView.detach:POST EvidenceView.upload:POST
        SheetRowView.save:POST SheetWorkbookView.workbook:GET
        """,
    ),
    (
        _PEOPLE,
        "NNNNNFF",
        """
        ResultView.everything:GET ResultView.file:GET WhatIfView.what_if:GET
        """,
    ),
    (_PEOPLE, "NNNNNYY", "ResultView.show:GET"),
    ((*_AGENCY, "manager"), "NNYYYYY", "SheetView.receipt:GET"),
    ((*_AGENCY, "manager"), "NNCCCCC", "SheetView.proof:GET"),
    (("leader",), "CYCCCCC", "SheetStepView.reopen:POST"),
    (("leader",), "YCCCCCC", "SheetStepView.approve:POST"),
    (("leader",), "YYYYCCC", "SurveyView.answer:POST"),
    (
        ("assigned appraiser",),
        "NNNYCCC",
        """
        AppraisalView.save:POST AppraisalWorkbookView.workbook:GET
        """,
    ),
    (
        _APPRAISERS,
        "NNNCCCC",
        """
        AppraisalView.take_agency:POST AppraisalView.take_criterion:POST
        """,
    ),
    (
        _APPRAISERS,
        "NNNYYYY",
        """
        AppraisalView.agency:GET AppraisalView.criterion:GET AppraisalView.desk:GET AppraisalView.do_send:POST
        AppraisalView.next_open:GET AppraisalView.send:GET AppraisalWorkbookView.apply:POST
        AppraisalWorkbookView.form:GET AppraisalWorkbookView.upload:POST EvidenceView.file:GET
        """,
    ),
    (
        ("appraiser who has sent",),
        "NNNCCCC",
        """
        AppraisalView.save:POST AppraisalWorkbookView.workbook:GET
        """,
    ),
    (
        ("manager",),
        "CCCCCCC",
        """
        AccountDeskView.ask_manager_reset:POST CriteriaDeskView.check:POST CriteriaDeskView.delete:POST
        CriteriaDeskView.issue:POST
        CriteriaSetView.edit:GET CriteriaSetView.edit:POST RoundDeskView.choose_sets:POST
        RoundDeskView.open:POST RoundDeskView.set_bands:POST SurveyFormView.edit:GET SurveyFormView.edit:POST
        """,
    ),
    (_ALL[1:], "CCCCCCC", "SecondFactorView.confirm:POST"),
    ((*_AGENCY, "manager"), "NNNNNYY", "ResultApi.get:GET"),
    (_ALL[3:8], "NNNNNNY", "ResultApi.get:GET"),
    (_STRANGERS, "NNNNNNY", "AgencyApi.get:GET"),
    (_APPRAISERS, "NNNYYYY", "RoundApi.get:GET ScoreApi.get:GET SheetApi.get:GET"),
    (
        ("appraiser without assignment",),
        "NNNNNNY",
        """
        AgencyApi.get:GET CriteriaSetApi.get:GET CriterionApi.get:GET RoundApi.get:GET
        """,
    ),
    (
        ("administrator",),
        "NNNNNNY",
        """
        AgencyApi.get:GET CriteriaSetApi.get:GET CriterionApi.get:GET GroupApi.get:GET ResultApi.get:GET
        RoundApi.get:GET
        """,
    ),
    (("manager",), "CCCCCCY", "RoundDeskView.unpublish:POST"),
    (("manager",), "CCCCCYY", "RoundDeskView.unlock:POST"),
    (("manager",), "CCCCCYC", "RoundDeskView.publish:POST"),
    (("manager",), "NNNNNNY", "RoundDeskView.decision_file:GET"),
    (("manager",), "CCCCYCC", "RoundDeskView.conclude:POST"),
    (("manager",), "CCYYCCC", "ProgressView.give_back:POST"),
    (
        ("manager",),
        "NNNCCCC",
        """
        DifferenceView.ask:POST DifferenceView.ask_many:POST DifferenceView.conclude_many:POST
        DifferenceView.unlock:POST
        """,
    ),
    (
        ("manager",),
        "NNNCYCC",
        """
        DifferenceView.conclude:POST DifferenceView.withdraw:POST
        """,
    ),
    (("manager",), "NNNNYCC", "ResultView.clear_condition:POST"),
    (("manager",), "NNNYYCC", "DifferenceView.confirm_unlock:POST"),
    (
        ("manager",),
        "NNNYYYY",
        """
        DifferenceView.agency:GET DifferenceView.appraisers:GET DifferenceView.minutes:GET
        DifferenceView.refuse_unlock:POST DifferenceView.round:GET DifferenceView.workbook:GET
        """,
    ),
    (
        ("manager",),
        "YYCCCCC",
        """
        ProgressView.extend:POST ProgressView.remind:POST
        """,
    ),
    (
        ("manager",),
        "YYYCCCC",
        """
        RoundDeskView.appraise:POST RoundDeskView.change_deadlines:POST
        """,
    ),
    (
        ("manager",),
        "YYYYCCC",
        """
        AssignmentDeskView.by_sets:POST AssignmentDeskView.remove:POST ResultView.fail_condition:POST
        """,
    ),
    (
        ("manager",),
        "YYYYYCC",
        """
        RoundView.edit:GET RoundView.edit:POST SurveyCodesView.make:POST SurveyCodesView.revoke:POST
        SurveyDeskView.set_closing:POST SurveyDeskView.set_mode:POST SurveyReviewView.compute:POST
        SurveyReviewView.remove:POST SurveyReviewView.restore:POST
        """,
    ),
]

IN_STATES = {
    (call, kind): letters for kinds, letters, found in _BY_STATE for call in found.split() for kind in kinds
}


def expected(endpoint: str, method: str, kind: str, state: str) -> str:
    """The letter of this cell; "?" for an endpoint that is not in the table."""
    letters = IN_STATES.get((f"{endpoint}:{method}", kind))
    if letters is not None:
        return letters[STATES.index(state)]
    return WHO_REACHES.get(endpoint, "?" * len(KINDS))[list(KINDS).index(kind)]
