"""Results: the ranking of a round's groups, one agency against its group, files for the council."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.accounts import is_manager
from app.clock import now
from app.extensions import db
from app.limits import whole
from app.scoring.exports.bundle import PARTS, bundle, file_name, part
from app.scoring.models import Round
from app.scoring.operations import differences
from app.scoring.queries import results, years
from app.scoring.rules import rounded
from app.scoring.states import PROGRAMME_NAMES, ROUND_NAMES, RoundState
from app.scoring.views import charts
from app.scoring.views.files import attachment
from app.scoring.views.reports import issuer
from app.web.desk import DeskView, me, writes


class ResultView(DeskView):
    route_base = "/results"
    default_view = "rounds"

    @expose("/")
    @has_access
    @permission_name("read")
    def rounds(self):
        return self.render_template(
            "results/rounds.html",
            rounds=results.visible_rounds(me()),
            programmes=PROGRAMME_NAMES,
            states=ROUND_NAMES,
        )

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def show(self, round_id: int, refusal=None):
        round_ = results.get_result_round(me(), round_id)
        standings = results.visible_standings(me(), round_)
        mine = results.own_line(me(), standings)
        shown = results.one_group(standings, request.args.get("group", type=whole))
        return self.render_template(
            "results/show.html",
            standings=standings,
            groups=[group for group, _lines in standings.groups],
            views=results.group_views(shown),
            group_years={group.id: years.group_years(round_, group.id) for group, _lines in shown.groups},
            mine=mine,
            failures=results.failures_of(round_) if is_manager(me()) else [],
            refusal=refusal,
            **_words(round_),
        )

    @expose("/<int:round_id>/agencies/<int:sheet_id>")
    @has_access
    @permission_name("read")
    def agency(self, round_id: int, sheet_id: int):
        round_ = results.get_result_round(me(), round_id)
        standings = results.visible_standings(me(), round_)
        line = results.get_line(me(), standings, sheet_id)
        view = next(view for view in results.group_views(standings) if line in view.lines)
        return self.render_template(
            "results/agency.html",
            standings=standings,
            line=line,
            view=view,
            losses=results.losses(line),
            years=years.years_of(line.sheet.agency_id, round_.programme),
            missing=results.to_next_band(round_, line),
            **_words(round_),
        )

    @expose("/<int:round_id>/files/<any('{}'):name>".format("','".join(PARTS)))
    @has_access
    @permission_name("read")
    def file(self, round_id: int, name: str):
        round_ = results.get_export_round(me(), round_id)
        return send_file(**attachment(part(name, round_, issuer(), at=now()), file_name(name, round_)))

    @expose("/<int:round_id>/files/all.zip")
    @has_access
    @permission_name("read")
    def everything(self, round_id: int):
        round_ = results.get_export_round(me(), round_id)
        return send_file(**attachment(bundle(round_, issuer(), at=now()), f"{round_.name}.zip"))

    @expose("/<int:round_id>/conditions", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def fail_condition(self, round_id: int):
        round_ = results.get_result_round(me(), round_id)
        sheet = results.hold_sheet_of(round_, request.form.get("sheet_id", type=whole))
        band = results.get_band(round_, request.form.get("band_id", type=whole))
        differences.fail_condition(sheet, band, request.form.get("reason", ""), actor=me(), at=now())
        flash(_("Đã ghi nhận cơ quan không đạt điều kiện."), "success")
        return redirect(url_for(".show", round_id=round_id, _anchor="conditions"))

    @expose("/<int:round_id>/conditions/<int:failure_id>/clear", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def clear_condition(self, round_id: int, failure_id: int):
        failure = results.hold_failure(me(), round_id, failure_id)
        differences.clear_condition(failure, actor=me(), at=now())
        db.session.flush()
        flash(_("Đã gỡ ghi nhận."), "success")
        return redirect(url_for(".show", round_id=round_id, _anchor="conditions"))


def _words(round_: Round) -> dict:
    """What every result page needs to say its numbers."""
    return {
        "round": round_,
        "programmes": PROGRAMME_NAMES,
        "states": ROUND_NAMES,
        "concluded": round_.state == RoundState.CONCLUDED,
        "manages": is_manager(me()),
        "charts": charts,
        "heat": heat,
        "bar": bar,
    }


def heat(index, mean) -> str:
    """The tone of a field's cell: how far below the group's mean it lies, in percent points."""
    if index is None:
        return "heat-none"
    below = 0 if mean is None else mean - index
    return "heat-" + str(sum(below > step for step in (0, 5, 10, 20, 30)))


def bar(index) -> int:
    """Length of a bar, 0…100."""
    return 0 if index is None else min(int(rounded(index, 0)), 100)
