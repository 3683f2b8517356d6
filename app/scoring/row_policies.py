"""The rows of the scoring system's tables that each kind of asker may reach (``app/row_policies.py`` says how).

An agency's clerks reach what hangs on the agency's sheets; an appraiser the sheets that are assigned, from the round's
appraisal on, whichever criterion of them it is (``queue.assigned`` narrows further); everyone the rows of a published
result. Rankings and means over many agencies are made under a named system access, which hands out sums alone.
"""

from app.row_access import APPRAISER, ENTRY
from app.row_policies import ACCOUNT, AGENCY, ANYONE, OWN, SIGNED_IN, Finder, Rows, declare

GIVEN = (
    f"from assignment a join round r on r.id = a.round_id where a.appraiser_id = {ACCOUNT} and "
    "a.round_id = s.round_id and a.group_id = s.group_id and r.state not in ('preparing', 'open')"
)
LISTED = "select 1 from assignment_agency l where l.assignment_id = a.id"
FINDERS = {
    "own_sheets": Finder(f"select s.id from sheet s where s.agency_id = {AGENCY}"),
    # of another agency than the appraiser's, in a group given to them, or among the agencies of it that were listed
    "assigned_sheets": Finder(
        f"select s.id from sheet s where s.agency_id is distinct from {AGENCY} and exists (select 1 {GIVEN} and "
        f"(not exists ({LISTED}) or exists ({LISTED} and l.agency_id = s.agency_id)))",
    ),
    # of its own agency: a document tied to a score of another agency proves nothing there
    "proven_sheets": Finder(
        "select c.sheet_id from score_evidence p join score c on c.id = p.score_id "
        "join sheet s on s.id = c.sheet_id where p.evidence_id = document and s.agency_id = owner",
        "document integer, owner integer",
    ),
}
OWN_SHEET = "sheet_id in (select own_sheets())"
WITH_SHEET = {ENTRY: OWN_SHEET, APPRAISER: "sheet_id in (select assigned_sheets())"}
PUBLISHED = (
    "round_id in (select r.id from round r where r.state = 'concluded' and r.published_at is not null)"
)
CONCLUDED = "round_id in (select r.id from round r where r.state = 'concluded')"
BY_ME = f"appraiser_id = {ACCOUNT}"
SCORE = "exists (select 1 from score c where c.id = score_id)"
PROOF = "exists (select 1 from proven_sheets(id, agency_id) p where p in (select assigned_sheets()))"
FILE = (
    "exists (select 1 from evidence e where e.file_id = stored_file.id) or "
    "exists (select 1 from signed_scan c where c.file_id = stored_file.id)"
)
IN_FORCE = f"ended_at is null and {PUBLISHED}"
DECISION = "exists (select 1 from publication p where p.file_id = stored_file.id)"
ANSWERED_BY_ME = f"account_id = {ACCOUNT}"
RESPONSE = "exists (select 1 from survey_response r where r.id = response_id)"

declare(
    {
        "sheet": Rows(
            reads={ENTRY: OWN, APPRAISER: "id in (select assigned_sheets())", ANYONE: PUBLISHED},
            changes={ENTRY: OWN},
        ),
        "score": Rows(reads=WITH_SHEET, changes={ENTRY: OWN_SHEET}),
        "score_evidence": Rows(
            reads={ENTRY: SCORE, APPRAISER: SCORE},
            adds={ENTRY: SCORE},
            removes={ENTRY: SCORE},
        ),
        "evidence": Rows(
            reads={ENTRY: OWN, APPRAISER: PROOF},
            adds={ENTRY: OWN},
            changes={ENTRY: OWN},
        ),
        "stored_file": Rows(reads={ENTRY: FILE, APPRAISER: FILE, ANYONE: DECISION}),
        "publication": Rows(reads={ANYONE: IN_FORCE}),
        "snapshot": Rows(reads=WITH_SHEET, adds={ENTRY: OWN_SHEET}, changes={ENTRY: OWN_SHEET}),
        "signed_scan": Rows(reads=WITH_SHEET, adds={ENTRY: OWN_SHEET}, changes={ENTRY: OWN_SHEET}),
        "extension": Rows(reads=WITH_SHEET),
        "reminder": Rows(),
        "failed_condition": Rows(reads=WITH_SHEET),
        "leader_comment": Rows(
            reads={ENTRY: OWN_SHEET}, adds={ENTRY: OWN_SHEET}, changes={ENTRY: OWN_SHEET}
        ),
        "result": Rows(reads={ANYONE: PUBLISHED, ENTRY: f"{CONCLUDED} and {OWN_SHEET}"}),
        "round_record": Rows(),
        "assignment": Rows(reads={APPRAISER: BY_ME}),
        "assignment_agency": Rows(
            reads={APPRAISER: "exists (select 1 from assignment a where a.id = assignment_id)"}
        ),
        "appraiser_work": Rows(reads={APPRAISER: BY_ME}, changes={APPRAISER: BY_ME}),
        "appraisal": Rows(
            reads={APPRAISER: BY_ME},
            adds={APPRAISER: f"{BY_ME} and {SCORE}"},
            changes={APPRAISER: f"{BY_ME} and {SCORE}"},
        ),
        "unlock_request": Rows(),
        "survey_code_batch": Rows(),
        "survey_code": Rows(),
        "survey_removal": Rows(),
        "survey_response": Rows(reads={SIGNED_IN: ANSWERED_BY_ME}, adds={ENTRY: ANSWERED_BY_ME}),
        "survey_answer": Rows(reads={SIGNED_IN: RESPONSE}, adds={ENTRY: RESPONSE}),
    },
    finders=FINDERS,
)
