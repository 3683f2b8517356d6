"""Phân công thẩm định: the matrix of groups and fields, filling it in bulk, and what nobody appraises yet."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Refused
from app.limits import whole
from app.scoring.models import Round
from app.scoring.operations import assignments as operations
from app.scoring.queries import coverage as queries
from app.scoring.queries import rounds as rounds_queries
from app.scoring.queries.assigned import Coverage
from app.scoring.states import ASSIGNABLE, PROGRAMME_NAMES, ROUND_NAMES, RoundState
from app.scoring.views import typed
from app.web.desk import DeskView, me, writes


class AssignmentDeskView(DeskView):
    """Only managers come here; one group of agencies at a time."""

    route_base = "/assignments"
    default_view = "rounds"

    @expose("/")
    @has_access
    @permission_name("read")
    def rounds(self):
        return self.render_template(
            "assignments/rounds.html",
            rounds=rounds_queries.rounds(),
            programmes=PROGRAMME_NAMES,
            states=ROUND_NAMES,
        )

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def show(self, round_id):
        return self.page(round_id)

    def page(self, round_id, refusal=None):
        round_ = rounds_queries.get_round(round_id)
        coverage = Coverage(round_)
        groups = queries.matrix(round_, coverage)
        chosen = self._chosen_group(groups)
        gaps = queries.leaf_gaps(coverage)
        return self.render_template(
            "assignments/matrix.html",
            round=round_,
            groups=groups,
            chosen=chosen,
            open_counts={group.group.id: sum(row.open for row in group.fields) for group in groups},
            gaps=[gap for gap in gaps if chosen is not None and gap.group.id == chosen.group.id],
            own=[gap for gap in gaps if gap.own],
            total=len(coverage.items),
            open_total=sum(len(gap.agencies) for gap in gaps),
            people=queries.appraisers(),
            nodes=queries.nodes_to_give(round_).get(chosen.group.id, []) if chosen else [],
            agencies=rounds_queries.agencies_in(round_, chosen.group.id) if chosen else [],
            earlier=rounds_queries.earlier_rounds(round_),
            may_assign=round_.state in ASSIGNABLE,
            steps=self._steps(round_),
            step="assignments",
            refusal=refusal,
            ticked={name: set(typed.ids(name)) for name in ("appraisers", "criteria", "agencies")},
            programmes=PROGRAMME_NAMES,
            states=ROUND_NAMES,
        )

    def _steps(self, round_: Round):
        preparing = round_.state == RoundState.PREPARING
        return rounds_queries.preparation(round_, now()) if preparing else []

    def _chosen_group(self, groups):
        wanted = request.values.get("group", type=whole)
        return next((group for group in groups if group.group.id == wanted), groups[0] if groups else None)

    @expose("/<int:round_id>/assign", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="page")
    def assign(self, round_id):
        held = rounds_queries.hold_round(round_id)
        round_ = held.row
        chosen = next(
            (s.group for s in round_.sets if s.group_id == request.form.get("group", type=whole)), None
        )
        if chosen is None:
            raise Refused("Hãy chọn khối có trong kỳ này.", field="group")
        wanted = {name: set(typed.ids(name)) for name in ("appraisers", "criteria", "agencies")}
        nodes = queries.nodes_to_give(round_)[chosen.id]
        agencies = rounds_queries.agencies_in(round_, chosen.id)
        some = request.form.get("reach") == "some"
        if some and not wanted["agencies"]:
            raise Refused("Hãy chọn ít nhất một cơ quan, hoặc chọn tất cả.", field="agencies")
        made = operations.assign_many(
            held,
            [person for person in queries.appraisers() if person.id in wanted["appraisers"]],
            chosen,
            queries.topmost([node for node in nodes if node.id in wanted["criteria"]]),
            [agency for agency in agencies if some and agency.id in wanted["agencies"]],
            actor=me(),
            at=now(),
        )
        flash(_("Đã phân công %(count)s lượt.", count=made), "success")
        return self._back(round_id, chosen.id)

    @expose("/<int:round_id>/by-sets", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="page")
    def by_sets(self, round_id):
        made = operations.assign_by_sets(rounds_queries.hold_round(round_id), actor=me(), at=now())
        flash(_("Đã phân công %(count)s lượt theo bộ tiêu chí.", count=made), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/copy", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="page")
    def copy(self, round_id):
        source = request.form.get("source", type=whole)
        if source is None:
            raise Refused("Hãy chọn kỳ để lấy phân công.", field="source")
        made = operations.copy_from(
            rounds_queries.get_round(source),
            rounds_queries.hold_round(round_id),
            actor=me(),
            at=now(),
        )
        flash(_("Đã lấy %(count)s phân công từ kỳ trước.", count=made), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/remove/<int:assignment_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="page_after_removal")
    def remove(self, round_id, assignment_id):
        held = queries.hold_assignment(round_id, assignment_id)
        group_id = held.row.group_id
        operations.unassign(held, actor=me(), at=now())
        flash(_("Đã bỏ phân công."), "success")
        return self._back(round_id, group_id)

    def page_after_removal(self, round_id, assignment_id, refusal=None):
        return self.page(round_id, refusal)

    def _back(self, round_id: int, group_id: int | None = None):
        group_id = group_id or request.values.get("group", type=whole)
        return redirect(url_for("AssignmentDeskView.show", round_id=round_id, group=group_id))
