"""Kỳ chấm điểm: from an empty form, through the guided path, to the published result."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.scoring.operations import preparation
from app.scoring.operations import rounds as operations
from app.scoring.queries import criteria as sets_queries
from app.scoring.queries import rounds as queries
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.coverage import leaf_gaps
from app.scoring.queries.unlocks import subject_of
from app.scoring.states import PROGRAMME_NAMES, ROUND_NAMES, SHEET_NAMES, RoundState
from app.scoring.views import round_forms, typed
from app.scoring.views.unlocks import waiting_with_relations
from app.web.desk import DeskView, me, writes

STEPS = ("agencies", "sets", "deadlines", "bands", "check")


class RoundPages(DeskView):
    """What a round's pages show and keep; ``RoundDeskView`` in ``round_acts`` adds the acts to them."""

    route_base = "/rounds"
    default_view = "rounds"

    @expose("/")
    @has_access
    @permission_name("read")
    def rounds(self):
        chosen = {name: request.args.get(name, "") for name in ("programme", "state")}
        found = queries.rounds(chosen["programme"], chosen["state"])
        return self.render_template(
            "rounds/rounds.html",
            rounds=found,
            chosen=chosen,
            counts=queries.sheet_counts([round_.id for round_ in found]),
            programmes=PROGRAMME_NAMES,
            states=ROUND_NAMES,
        )

    @expose("/new", methods=["GET"])
    @has_access
    @permission_name("write")
    def new(self):
        return self.new_page()

    @expose("/new", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="new_page")
    def create(self):
        round_ = operations.create_round(
            programme=round_forms.programme(),
            period=typed.text("period"),
            name=typed.text("name"),
            entry_deadline=typed.moment("entry_deadline"),
            appraisal_deadline=typed.moment("appraisal_deadline", required=False),
            sets={group: chosen for group, chosen in round_forms.sets().items() if chosen is not None},
            actor=me(),
            at=now(),
        )
        flash(_("Đã tạo kỳ chấm điểm. Làm tiếp các bước dưới đây rồi mở kỳ."), "success")
        return redirect(url_for("RoundDeskView.show", round_id=round_.id))

    def new_page(self, refusal=None):
        programme = request.values.get("programme", "cchc")
        programme = programme if programme in set(PROGRAMME_NAMES) else "cchc"
        return self.render_template(
            "rounds/new.html",
            refusal=refusal,
            programme=programme,
            typed=request.form,
            groups=sets_queries.groups(),
            choices=sets_queries.issued_sets(programme),
            programmes=PROGRAMME_NAMES,
        )

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def show(self, round_id):
        return self.round_page(round_id)

    def round_page(self, round_id, refusal=None):
        round_ = queries.get_round(round_id)
        preparing = round_.state == RoundState.PREPARING
        return self.render_template(
            "rounds/round.html",
            round=round_,
            refusal=refusal,
            typed=request.form,
            steps=queries.preparation(round_, now()) if preparing else [],
            groups=queries.sheet_counts_by_group(round_),
            unsent=queries.unsent_sheets(round_) if round_.state == RoundState.OPEN else [],
            not_submitted=queries.not_submitted_count(round_),
            copies=queries.copies_of(round_),
            waiting=[
                (asked, relation)
                for asked, relation in waiting_with_relations(round_)
                if asked.work_id is None and asked.sheet_id is None
            ],
            unlock_subject=subject_of,
            **self._names(),
        )

    def _names(self) -> dict:
        return {"programmes": PROGRAMME_NAMES, "states": ROUND_NAMES, "sheet_states": SHEET_NAMES}

    @expose("/<int:round_id>/prepare/<any(agencies,sets,deadlines,bands,check):step>")
    @has_access
    @permission_name("read")
    def prepare(self, round_id, step):
        return self.step_page(round_id, step)

    def step_page(self, round_id, step, refusal=None):
        """One step of the guided path; only its own data is read."""
        round_ = queries.get_round(round_id)
        own = {
            "agencies": lambda: {"by_group": queries.agencies_by_group(round_)},
            "sets": lambda: {
                "by_group": queries.agencies_by_group(round_),
                "choices": sets_queries.issued_sets(round_.programme),
            },
            "deadlines": dict,
            "bands": lambda: {
                "fields": queries.tie_break_fields(round_),
                "bands": round_forms.band_rows(round_),
            },
            "check": lambda: {"gaps": leaf_gaps(Coverage(round_))},
        }[step]()
        return self.render_template(
            f"rounds/{step}.html",
            round=round_,
            step=step,
            steps=queries.preparation(round_, now()),
            refusal=refusal,
            typed=request.form,
            seen=round_forms.mark(round_),
            **own,
            **self._names(),
        )

    def sets_page(self, round_id, refusal=None):
        return self.step_page(round_id, "sets", refusal)

    def deadlines_page(self, round_id, refusal=None):
        return self.step_page(round_id, "deadlines", refusal)

    def bands_page(self, round_id, refusal=None):
        return self.step_page(round_id, "bands", refusal)

    @expose("/<int:round_id>/sets", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sets_page")
    def choose_sets(self, round_id):
        round_ = queries.hold_round(round_id)
        round_forms.require_as_seen(round_.row)
        preparation.set_groups(round_, round_forms.sets(), actor=me(), at=now())
        return self._on(round_id, "deadlines")

    @expose("/<int:round_id>/deadlines", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="deadlines_page")
    def change_deadlines(self, round_id):
        values = {
            "entry_deadline": typed.moment("entry_deadline"),
            "appraisal_deadline": typed.moment("appraisal_deadline", required=False),
        }
        if "name" in request.form:
            values["name"] = typed.text("name")
        held = queries.hold_round(round_id)
        round_forms.require_as_seen(held.row)
        round_forms.say_moved(preparation.change_round(held, values, actor=me(), at=now()))
        return self._on(round_id, "bands")

    @expose("/<int:round_id>/bands", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="bands_page")
    def set_bands(self, round_id):
        round_ = queries.hold_round(round_id)
        round_forms.require_as_seen(round_.row)
        preparation.set_bands(round_, round_forms.bands(), actor=me(), at=now())
        preparation.set_rules(
            round_,
            places=typed.whole("places"),
            tie_break=[code for code in request.form.getlist("tie_break") if code],
            explanation_days=typed.whole("explanation_days"),
            actor=me(),
            at=now(),
        )
        flash(_("Đã lưu."), "success")
        return redirect(url_for("AssignmentDeskView.show", round_id=round_id))

    def _on(self, round_id: int, step: str):
        """After saving: the next step while preparing, the round afterwards."""
        flash(_("Đã lưu."), "success")
        if queries.get_round(round_id).state == RoundState.PREPARING:
            return redirect(url_for("RoundDeskView.prepare", round_id=round_id, step=step))
        return redirect(url_for("RoundDeskView.show", round_id=round_id))
