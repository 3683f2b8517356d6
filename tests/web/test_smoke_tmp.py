import re, pytest
from tests.province import open_round
LISTS = ["agencygroupview","agencyview","criteriasetview","criterionview","roundview","assignmentview","extensionview","surveyformview","accountview","accountrequestview","resetrequestview","announcementview","proposalview","auditview"]
def test_all(app, province, sign_in):
    with app.app_context():
        open_round(province)
    m = sign_in("quan-ly")
    for name in LISTS:
        for path in ("list/", "show/1", "add", "edit/1", "list/?q=so noi vu"):
            r = m.get(f"/{name}/{path}")
            errs = re.findall(r"[A-Za-z ]*List |Undefined", r.text)
            print(name, path, r.status_code, errs[:3])
    for path in ("/accounts-desk/", "/accounts-desk/import", "/reset-request/", "/password/", "/login/"):
        print(path, m.get(path).status_code)
