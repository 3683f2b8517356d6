import re

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

def test_grid(app, province, sign_in):
    with app.app_context():
        open_round(province)
    m = sign_in("quan-ly")
    for t in ("agencies","accounts","rounds","criteria","assignments"):
        r = m.get(f"/grid/{t}/?search=so"); print(t, r.status_code)
        r = m.get(f"/grid/{t}/"); print(t, r.status_code)
    print(r.text[-3000:])
    r = m.post("/grid/agencies/ajax/update/", {"list_form_pk": "1", "name": "Sở Nội vụ mới"}); print(r.status_code, r.text)
    r = m.post("/grid/agencies/ajax/update/", {"list_form_pk": "1", "active_to": "31-12"}); print(r.status_code, r.text)
    r = m.post("/grid/agencies/ajax/update/", {"list_form_pk": "1", "group": "xa"}); print(r.status_code, r.text)
    r = m.post("/grid/accounts/ajax/update/", {"list_form_pk": "1", "active": ""}); print(r.status_code, r.text)
