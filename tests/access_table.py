"""Who reaches which route: one letter for each kind of account, in the order of ``KINDS``.

Y reached (whatever the state then says), F forbidden (403), N does not exist for them (404), L must sign in.
"""

KINDS = {
    "anonymous": None,
    "clerk": "tp-nhap",
    "leader": "tp-duyet",
    "clerk of another agency": "tc-nhap",
    "assigned appraiser": "td-nv",
    "appraiser without assignment": "td-la",
    "manager": "quan-ly",
    "administrator": "quan-tri",
}

WHO_REACHES = {}
# MANAGER
WHO_REACHES |= dict.fromkeys(
    [
        "AccountDeskView.approve",
        "AccountDeskView.desk",
        "AccountDeskView.give_password",
        "AccountDeskView.import_file",
        "AccountDeskView.import_form",
        "AccountDeskView.refuse",
        "AccountDeskView.refuse_reset",
        "AccountDeskView.settle",
        "AccountDeskView.unlock",
        "AccountView.add",
        "AccountView.edit",
        "AccountView.list",
        "AccountView.show",
        "AgencyDeskView.import_file",
        "AgencyDeskView.import_form",
        "AgencyDeskView.template",
        "AgencyGroupView.add",
        "AgencyGroupView.delete",
        "AgencyGroupView.edit",
        "AgencyGroupView.list",
        "AgencyGroupView.show",
        "AgencyView.add",
        "AgencyView.delete",
        "AgencyView.edit",
        "AgencyView.list",
        "AgencyView.show",
        "AnnouncementView.add",
        "AnnouncementView.delete",
        "AnnouncementView.edit",
        "AssignmentDeskView.assign",
        "AssignmentDeskView.by_sets",
        "AssignmentDeskView.copy",
        "AssignmentDeskView.remove",
        "AssignmentDeskView.rounds",
        "AssignmentDeskView.show",
        "AssignmentView.list",
        "AssignmentView.show",
        "AuditView.list",
        "AuditView.show",
        "CriteriaDeskView.check",
        "CriteriaDeskView.compare",
        "CriteriaDeskView.copy",
        "CriteriaDeskView.delete",
        "CriteriaDeskView.export",
        "CriteriaDeskView.import_file",
        "CriteriaDeskView.import_form",
        "CriteriaDeskView.issue",
        "CriteriaDeskView.retire",
        "CriteriaDeskView.sets",
        "CriteriaDeskView.show",
        "CriteriaDeskView.template",
        "CriteriaSetView.add",
        "CriteriaSetView.delete",
        "CriteriaSetView.edit",
        "CriteriaSetView.list",
        "CriteriaSetView.show",
        "CriterionView.add",
        "CriterionView.list",
        "DifferenceView.agency",
        "DifferenceView.appraisers",
        "DifferenceView.ask",
        "DifferenceView.ask_many",
        "DifferenceView.conclude",
        "DifferenceView.index",
        "DifferenceView.minutes",
        "DifferenceView.round",
        "DifferenceView.unlock",
        "DifferenceView.withdraw",
        "DifferenceView.workbook",
        "ExtensionView.list",
        "ExtensionView.show",
        "GridView.start",
        "ProgressView.appraisers",
        "ProgressView.extend",
        "ProgressView.give_back",
        "ProgressView.remind",
        "ProgressView.remind_all",
        "ProgressView.rounds",
        "ProgressView.sheet",
        "ProgressView.show",
        "ProgressView.workbook",
        "ProposalView.edit",
        "ResetRequestView.list",
        "ResetRequestView.show",
        "ResultView.clear_condition",
        "RoundDeskView.appraise",
        "RoundDeskView.before_appraisal",
        "RoundDeskView.change_deadlines",
        "RoundDeskView.choose_sets",
        "RoundDeskView.conclude",
        "RoundDeskView.copy",
        "RoundDeskView.create",
        "RoundDeskView.new",
        "RoundDeskView.open",
        "RoundDeskView.prepare",
        "RoundDeskView.publish",
        "RoundDeskView.rounds",
        "RoundDeskView.set_bands",
        "RoundDeskView.show",
        "RoundDeskView.unpublish",
        "RoundView.edit",
        "RoundView.list",
        "RoundView.show",
        "SurveyDeskView.campaign",
        "SurveyDeskView.compute",
        "SurveyDeskView.import_forms",
        "SurveyDeskView.rounds",
        "SurveyDeskView.set_closing",
        "SurveyDeskView.show",
        "SurveyFormView.add",
        "SurveyFormView.edit",
        "SurveyFormView.list",
        "SurveyFormView.show",
        "SurveyQuestionView.add",
        "SurveyQuestionView.edit",
        "SurveyQuestionView.list",
        "SurveyQuestionView.show",
        "grid.index",
        "grid_accounts.action_view",
        "grid_accounts.create_view",
        "grid_accounts.delete_view",
        "grid_accounts.details_view",
        "grid_accounts.edit_view",
        "grid_accounts.export",
        "grid_accounts.index_view",
        "grid_agencies.action_view",
        "grid_agencies.create_view",
        "grid_agencies.delete_view",
        "grid_agencies.details_view",
        "grid_agencies.edit_view",
        "grid_agencies.export",
        "grid_agencies.index_view",
        "grid_assignments.action_view",
        "grid_assignments.create_view",
        "grid_assignments.delete_view",
        "grid_assignments.details_view",
        "grid_assignments.edit_view",
        "grid_assignments.export",
        "grid_assignments.index_view",
        "grid_criteria.action_view",
        "grid_criteria.create_view",
        "grid_criteria.delete_view",
        "grid_criteria.details_view",
        "grid_criteria.edit_view",
        "grid_criteria.export",
        "grid_criteria.index_view",
        "grid_rounds.action_view",
        "grid_rounds.create_view",
        "grid_rounds.delete_view",
        "grid_rounds.details_view",
        "grid_rounds.edit_view",
        "grid_rounds.export",
        "grid_rounds.index_view",
    ],
    "LFFFFFYF",
)
# MANAGER_NO_SUCH_ROW
WHO_REACHES |= dict.fromkeys(
    [
        "AssignmentView.delete",
        "CriterionView.delete",
        "CriterionView.edit",
        "CriterionView.show",
        "ResultView.fail_condition",
        "grid_accounts.ajax_lookup",
        "grid_accounts.ajax_update",
        "grid_agencies.ajax_lookup",
        "grid_agencies.ajax_update",
        "grid_assignments.ajax_lookup",
        "grid_assignments.ajax_update",
        "grid_criteria.ajax_lookup",
        "grid_criteria.ajax_update",
        "grid_rounds.ajax_lookup",
        "grid_rounds.ajax_update",
    ],
    "LFFFFFNF",
)
# PUBLIC
WHO_REACHES |= dict.fromkeys(
    [
        "LocaleView.index",
        "PublicAccountView.ask",
        "PublicAccountView.form",
        "PublicSurveyView.answer",
        "PublicSurveyView.form",
        "PublicSurveyView.thanks",
        "PublicView.index",
        "PublicView.rounds",
        "SessionView.login",
        "SessionView.logout",
        "UtilView.back",
        "VerificationView.form",
        "service.healthz",
        "service.readyz",
        "static",
    ],
    "YYYYYYYY",
)
# OWN
WHO_REACHES |= dict.fromkeys(
    [
        "EvidenceView.attach",
        "EvidenceView.describe",
        "EvidenceView.describe_form",
        "EvidenceView.detach",
        "EvidenceView.upload",
        "ExplanationView.answer",
        "SheetRowView.save",
        "SheetStepView.approve",
        "SheetStepView.reopen",
        "SheetStepView.send",
        "SheetStepView.sign",
        "SurveyView.answer",
        "SurveyView.form",
    ],
    "LYYNFFFF",
)
# ASSIGNED
WHO_REACHES |= dict.fromkeys(
    [
        "AppraisalView.agency",
        "AppraisalView.criterion",
        "AppraisalView.desk",
        "AppraisalView.do_send",
        "AppraisalView.next_open",
        "AppraisalView.save",
        "AppraisalView.send",
        "AppraisalView.take_agency",
        "AppraisalView.take_criterion",
    ],
    "LFFFYNFF",
)
# OWN_AND_MANAGER
WHO_REACHES |= dict.fromkeys(
    [
        "AccountRequestView.show",
        "ExplanationView.explanations",
        "SheetRowView.row",
        "SheetView.check",
        "SheetView.receipt",
        "SheetView.show",
    ],
    "LYYNFFYF",
)
# SIGNED_IN
WHO_REACHES |= dict.fromkeys(
    [
        "AnnouncementView.list",
        "HomeView.home",
        "HomeView.notifications",
        "HomeView.read_all",
        "PasswordView.this_form_get",
        "PasswordView.this_form_post",
    ],
    "LYYYYYYY",
)
# NOT_THERE
WHO_REACHES |= dict.fromkeys(
    [
        "PublicView.round",
        "VerificationView.code",
        "appbuilder.static",
        "grid.static",
        "service.metrics",
    ],
    "NNNNNNNN",
)
# NOT_ADMINISTRATOR
WHO_REACHES |= dict.fromkeys(
    [
        "EvidenceView.index",
        "ProposalView.add",
        "ProposalView.list",
        "ResultView.rounds",
    ],
    "LYYYYYYF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "ResultView.agency",
        "ResultView.everything",
        "ResultView.file",
        "ResultView.show",
    ],
    "LNNNNNYF",
)
# UNITS_AND_MANAGER
WHO_REACHES |= dict.fromkeys(
    [
        "AccountRequestView.list",
        "SheetView.index",
        "SheetView.programme",
    ],
    "LYYYFFYF",
)
# UNITS
WHO_REACHES |= dict.fromkeys(
    [
        "AccountRequestView.add",
        "SurveyView.index",
    ],
    "LYYYFFFF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "AnnouncementView.file",
        "AnnouncementView.show",
    ],
    "LYYYYYYN",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "SurveyFormView.delete",
        "SurveyQuestionView.delete",
    ],
    "LLLLLLLL",
)
# APPRAISERS
WHO_REACHES |= dict.fromkeys(
    [
        "AppraisalView.index",
    ],
    "LFFFYYFF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "EvidenceView.file",
    ],
    "LYYNYNYF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "EvidenceView.pick",
    ],
    "LYYNNNFF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "MenuApi.get_menu_data",
    ],
    "LFFFFFFF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "ProposalView.show",
    ],
    "LYYNNNYF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "ReportView.download",
    ],
    "LEENFFEF",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "SystemView.facts",
    ],
    "LFFFFFFY",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "HomeView.read_one",
    ],
    "LYNNNNNN",
)
# 
WHO_REACHES |= dict.fromkeys(
    [
        "VerificationView.compare",
    ],
    "EEEEEEEE",
)
