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

_TABLE = [
    # managers
    (
        "LFFFFFYF",
        """
        AccountDeskView.approve AccountDeskView.desk AccountDeskView.give_password AccountDeskView.import_file
        AccountDeskView.import_form AccountDeskView.refuse AccountDeskView.refuse_reset AccountDeskView.settle
        AccountDeskView.unlock AccountView.add AccountView.edit AccountView.list AccountView.show
        AgencyDeskView.import_file AgencyDeskView.import_form AgencyDeskView.template
        AgencyGroupView.add AgencyGroupView.delete AgencyGroupView.edit AgencyGroupView.list
        AgencyGroupView.show AgencyView.add AgencyView.delete AgencyView.edit AgencyView.list AgencyView.show
        AnnouncementView.add AnnouncementView.delete AnnouncementView.edit AssignmentDeskView.assign
        AssignmentDeskView.by_sets AssignmentDeskView.copy AssignmentDeskView.remove AssignmentDeskView.rounds
        AssignmentDeskView.show AssignmentView.delete AssignmentView.list AssignmentView.show AuditView.list
        AuditView.show CriteriaDeskView.check CriteriaDeskView.compare CriteriaDeskView.copy
        CriteriaDeskView.delete CriteriaDeskView.export CriteriaDeskView.import_file
        CriteriaDeskView.import_form CriteriaDeskView.issue CriteriaDeskView.retire CriteriaDeskView.sets
        CriteriaDeskView.show CriteriaDeskView.template CriteriaSetView.add CriteriaSetView.delete
        CriteriaSetView.edit CriteriaSetView.list CriteriaSetView.show CriterionView.add CriterionView.list
        DifferenceView.agency DifferenceView.appraisers DifferenceView.ask DifferenceView.ask_many
        DifferenceView.conclude DifferenceView.confirm_unlock DifferenceView.index DifferenceView.minutes
        DifferenceView.refuse_unlock DifferenceView.round DifferenceView.unlock DifferenceView.withdraw
        DifferenceView.workbook ExtensionView.list
        ExtensionView.show GridView.start ProgressView.appraisers ProgressView.extend ProgressView.give_back
        ProgressView.remind ProgressView.remind_all ProgressView.rounds ProgressView.sheet ProgressView.show
        ProgressView.workbook ProposalView.edit ResetRequestView.list ResetRequestView.show
        ResultView.clear_condition RoundDeskView.appraise RoundDeskView.before_appraisal
        RoundDeskView.change_deadlines RoundDeskView.choose_sets RoundDeskView.conclude RoundDeskView.copy
        RoundDeskView.create RoundDeskView.new RoundDeskView.open RoundDeskView.prepare RoundDeskView.publish
        RoundDeskView.rounds RoundDeskView.set_bands RoundDeskView.show RoundDeskView.unpublish RoundView.edit
        RoundView.list RoundView.show SurveyDeskView.campaign SurveyDeskView.compute
        SurveyDeskView.import_forms SurveyDeskView.import_points SurveyDeskView.points_file
        SurveyDeskView.rounds SurveyDeskView.set_closing SurveyDeskView.show
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
    # the data API: everyone with an account, each the rows in sight
    (
        "LYYYYYYY",
        """
        AgencyApi.get_list AgencyApi.info ApiGuideView.page CriteriaSetApi.get_list CriteriaSetApi.info
        CriterionApi.get_list CriterionApi.info GroupApi.get_list GroupApi.info OpenApi.get ResultApi.get_list
        ResultApi.info RoundApi.get_list RoundApi.info ScoreApi.get_list ScoreApi.info SheetApi.get_list
        SheetApi.info
        """,
    ),
    # one row of it: the agency itself, its appraisers, managers; nobody else before it is published
    (
        "LYYNYNYN",
        """
        AgencyApi.get ScoreApi.get SheetApi.get
        """,
    ),
    # what the agencies of the round have in common
    (
        "LYYYYNYN",
        """
        CriteriaSetApi.get CriterionApi.get RoundApi.get
        """,
    ),
    # the group of whoever belongs to one of its agencies
    (
        "LYYYYYYN",
        """
        GroupApi.get
        """,
    ),
    # nobody before the conclusion
    (
        "LNNNNNNN",
        """
        ResultApi.get
        """,
    ),
    # anyone
    (
        "YYYYYYYY",
        """
        LocaleView.index PublicAccountView.ask PublicAccountView.form PublicSurveyView.answer
        PublicSurveyView.form PublicSurveyView.thanks PublicView.index PublicView.rounds SessionView.login
        SessionView.logout TokenApi.login UtilView.back VerificationView.code VerificationView.compare
        VerificationView.form service.healthz service.readyz static
        """,
    ),
    # managers, and there is no such row for them here
    (
        "LFFFFFNF",
        """
        CriterionView.delete CriterionView.edit CriterionView.show ResultView.fail_condition
        grid_accounts.ajax_lookup grid_accounts.ajax_update grid_agencies.ajax_lookup
        grid_agencies.ajax_update grid_assignments.ajax_lookup grid_assignments.ajax_update
        grid_criteria.ajax_lookup grid_criteria.ajax_update grid_rounds.ajax_lookup grid_rounds.ajax_update
        """,
    ),
    # the agency itself
    (
        "LYYNFFFF",
        """
        EvidenceView.attach EvidenceView.describe EvidenceView.describe_form EvidenceView.detach
        EvidenceView.upload ExplanationView.answer SheetRowView.save SheetStepView.approve
        SheetStepView.reopen SheetStepView.send SheetStepView.sign SheetWorkbookView.apply
        SheetWorkbookView.form SheetWorkbookView.upload SheetWorkbookView.workbook SurveyView.answer
        SurveyView.form
        """,
    ),
    # the appraiser to whom it is assigned
    (
        "LFFFYNFF",
        """
        AppraisalView.agency AppraisalView.criterion AppraisalView.desk AppraisalView.do_send
        AppraisalView.next_open AppraisalView.save AppraisalView.send AppraisalView.take_agency
        AppraisalView.take_criterion AppraisalWorkbookView.apply AppraisalWorkbookView.form
        AppraisalWorkbookView.upload AppraisalWorkbookView.workbook
        """,
    ),
    # the agency itself and managers
    (
        "LYYNFFYF",
        """
        AccountRequestView.show ExplanationView.explanations ReportView.download SheetRowView.row
        SheetView.check SheetView.receipt SheetView.show
        """,
    ),
    # everyone signed in
    (
        "LYYYYYYY",
        """
        AnnouncementView.list GuideView.own GuideView.page GuideView.picture HomeView.home HomeView.notifications
        HomeView.read_all PasswordView.end_others PasswordView.this_form_get PasswordView.this_form_post
        """,
    ),
    # nobody: not there, not published or not switched on
    (
        "NNNNNNNN",
        """
        PublicView.round appbuilder.static grid.static service.metrics
        """,
    ),
    # everyone but the technical administrator
    (
        "LYYYYYYF",
        """
        ProposalView.add ProposalView.list ResultView.rounds
        """,
    ),
    # managers before the conclusion
    (
        "LNNNNNYF",
        """
        ResultView.agency ResultView.everything ResultView.file ResultView.show WhatIfView.what_if
        """,
    ),
    # data entry and managers
    (
        "LYYYFFYF",
        """
        AccountRequestView.list SheetView.index SheetView.programme
        """,
    ),
    # data entry; the library is nobody else's
    (
        "LYYYNNNF",
        """
        EvidenceView.index
        """,
    ),
    # data entry, each within its own rows
    (
        "LYYYFFFF",
        """
        AccountRequestView.add SurveyView.index
        """,
    ),
    # those whom the announcement addresses
    (
        "LYYYYYYN",
        """
        AnnouncementView.file AnnouncementView.show
        """,
    ),
    # appraisers
    (
        "LFFFYYFF",
        """
        AppraisalView.index
        """,
    ),
    # the agency, its appraisers, managers
    (
        "LYYNYNYF",
        """
        EvidenceView.file
        """,
    ),
    # the agency itself (files offered to a row)
    (
        "LYYNNNFF",
        """
        EvidenceView.pick
        """,
    ),
    # nobody
    (
        "LFFFFFFF",
        """
        MenuApi.get_menu_data
        """,
    ),
    # the agency itself and managers (proposals)
    (
        "LYYNNNYF",
        """
        ProposalView.show
        """,
    ),
    # the technical administrator
    (
        "LFFFFFFY",
        """
        SystemView.facts
        """,
    ),
    # the one account
    (
        "LYNNNNNN",
        """
        HomeView.read_one
        """,
    ),
]

WHO_REACHES = {endpoint: letters for letters, endpoints in _TABLE for endpoint in endpoints.split()}
