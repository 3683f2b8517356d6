"""Acts 7 and 8: the appraisers give points and are locked out; a difference is explained and concluded."""

import re

from playwright.sync_api import expect

from tests.browser.people import SECRET, Person
from tests.browser.stage import Stage

# 7. Each appraiser sees only their own part, gives points and reasons, sends, and is locked out.


def appraise(stage: Stage) -> None:
    manager = stage.person("manager")
    manager.go("/rounds/1")
    manager.follow("Chuyển sang thẩm định")
    manager.press("Chuyển sang thẩm định", sure=True)
    lawyer = stage.person("appraiser")
    lawyer.sign_in_first("td-tp", stage.passwords["td-tp"])
    lawyer.go("/appraisals/1?by=criteria")
    expect(lawyer.page.locator("table.data th .code")).to_have_text(
        ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]
    )
    lawyer.follow("2.1 Xây dựng văn bản")
    expect(lawyer.page.locator(".pair .name")).to_have_text(["Sở Nội vụ", "Sở Y tế"])
    appraise_the_lawyers_part(lawyer, stage)
    send_and_be_locked_out(lawyer, "td-tp")
    official = stage.person("second appraiser")
    official.sign_in_first("td-nv", stage.passwords["td-nv"])
    give_all(official, 1)
    send_and_be_locked_out(official, "td-nv")


def appraise_the_lawyers_part(lawyer: Person, stage: Stage) -> None:
    lawyer.go(f"/appraisals/1/agencies/{stage.sheet}")
    expect(lawyer.page.locator(".pair .code")).to_have_text(["2.1", "2.2"])
    lawyer.page.locator(".chip-file a").first.click()
    expect(lawyer.page.locator("#preview")).to_be_visible()
    lawyer.look()
    pair = lawyer.page.locator(".pair").first
    pair.locator("[data-points]").fill("1,5")
    pair.locator("[name=reason]").focus()
    lawyer.page.locator(".pair [data-points]").last.fill("1")
    expect(pair.locator(".row-result")).to_contain_text("hãy nêu lý do")
    lawyer.go("/appraisals/1/send")
    lawyer.reads("Khác điểm tự chấm nhưng chưa nêu lý do")
    lawyer.page.locator(".findings li", has_text="chưa nêu lý do").locator("a").click()
    pair.locator("[name=reason]").fill("Đúng tỷ lệ 3/4, không có văn bản cho lùi hạn")
    lawyer.page.locator(".pair [data-points]").last.focus()
    expect(pair).to_have_attribute("data-state", "saved")
    lawyer.on_a_phone(["/home/", "/appraisals/", "/appraisals/1", f"/appraisals/1/agencies/{stage.sheet}"])
    give_all(lawyer, 1)


def give_all(appraiser: Person, round_id: int) -> None:
    """Every open row of every agency gets one half, and every row without a reason gets one."""
    appraiser.go(f"/appraisals/{round_id}")
    paths = [link.get_attribute("href") for link in appraiser.page.locator("table.data th a").all()]
    for path in paths:
        appraiser.go(path)
        rows = [row.get_attribute("id") for row in appraiser.page.locator(".pair").all()]
        for row in rows:
            pair = appraiser.page.locator(f"#{row}")
            points, reason = pair.locator("[data-points]"), pair.locator("[name=reason]")
            if points.input_value() and reason.input_value():
                continue
            points.fill(points.input_value() or "0,5")
            reason.fill(reason.input_value() or "Theo hồ sơ kiểm chứng")
            points.press("Enter")
            expect(pair).to_have_attribute("data-state", "saved")


def send_and_be_locked_out(appraiser: Person, name: str) -> None:
    appraiser.go("/appraisals/1/send")
    appraiser.press("Gửi kết quả thẩm định", sure=True)
    appraiser.reads("Đã gửi, tài khoản đã khóa")
    appraiser.go("/home/")
    expect(appraiser.page).to_have_url(re.compile("/login/"))
    appraiser.sign_in(name, SECRET)
    appraiser.reads("Tài khoản đã khóa", "body")


# 8. A difference is explained and concluded.


def settle_the_difference(stage: Stage) -> None:
    manager, clerk = stage.person("manager"), stage.person("clerk")
    manager.go("/differences/1")
    manager.go(f"/differences/1/agencies/{stage.sheet}")
    pair = manager.page.locator(".pair", has_text="Xây dựng văn bản")
    pair.locator("summary", has_text="Yêu cầu giải trình").click()
    pair.locator("[name=reason]").first.fill("Nêu rõ văn bản cho phép lùi hạn")
    manager.press(pair.get_by_role("button", name="Gửi yêu cầu"))
    clerk.go("/home/")
    clerk.follow("Giải trình")
    clerk.fill(answer="Văn bản số 12/UBND cho phép lùi hạn")
    clerk.press("Gửi giải trình")
    manager.go(f"/differences/1/agencies/{stage.sheet}")
    manager.reads("Văn bản số 12/UBND cho phép lùi hạn")
    conclude(manager, "Xây dựng văn bản", "1,75", "Chấp nhận giải trình")
    manager.reads("theo biên bản 05/BB-HĐTĐ: Chấp nhận giải trình")


def conclude(manager: Person, criterion: str, points: str, reason: str) -> None:
    pair = manager.page.locator(".pair", has_text=criterion)
    pair.locator("summary", has_text="Ghi kết luận").click()
    form = pair.locator("form", has_text="Số biên bản")
    form.locator("[name=points]").fill(points)
    form.locator("[name=reason]").fill(reason)
    form.locator("[name=minutes_number]").fill("05/BB-HĐTĐ")
    manager.press(form.get_by_role("button", name="Ghi kết luận"))
