"""Thử thay đổi: rankings under other weights, criteria and scores. The changes live in the address alone.

``without=12`` leaves a criterion or field out, ``weight=12:5`` gives it another maximum, ``score=3:12:1,5`` another
score to the agency of sheet 3; each as often as wanted. The form's own fields (``node`` and ``maximum``; ``sheet``,
``criterion`` and ``points``) add one more.
"""

from decimal import Decimal
from typing import NamedTuple

from flask import request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.errors import Refused
from app.points import format_points
from app.scoring.queries import results
from app.scoring.queries.what_if import Changes, Outlook, Trial, is_weighted, movers
from app.scoring.views.typed import percent as read_points
from app.web.desk import DeskView, me
from app.web.rows import row_id

MOST = 40


class Chip(NamedTuple):
    """One change in words, and the address of the page without it."""

    words: str
    url: str


class WhatIfView(DeskView):
    route_base = "/results"
    class_permission_name = "ResultView"
    base_permissions = ["can_read"]

    @expose("/<int:round_id>/what-if/<int:group_id>")
    @has_access
    @permission_name("read")
    def what_if(self, round_id: int, group_id: int):
        """Nothing is written."""
        round_ = results.get_export_round(me(), round_id)
        trial = Trial(results.visible_standings(me(), round_), group_id)
        changes, refusal = Changes(), None
        try:
            changes = _stated()
            rows = trial.outlooks(changes)
            changes, rows = self._with_one_more(trial, changes, rows)
        except _Kept as kept:
            refusal, rows = kept.refusal, kept.rows
        except Refused as error:
            changes, refusal, rows = Changes(), error, trial.outlooks(Changes())
        page = self.render_template(
            "results/what_if.html",
            trial=trial,
            round=round_,
            rows=rows,
            moved=movers(rows),
            chips=_chips(trial, changes, round_id),
            pairs=pairs_of(changes),
            weighted=is_weighted,
            address=_address(changes, round_id, group_id, _external=True),
            refusal=refusal,
        )
        return (page, refusal.status) if refusal else page

    def _with_one_more(self, trial: Trial, changes: Changes, rows: list[Outlook]):
        """The change typed into the form, too; when it is refused, those before it still stand."""
        try:
            more = _typed(changes)
            return more, trial.outlooks(more)
        except Refused as error:
            raise _Kept(error, rows) from error


class _Kept(Exception):
    """The form's change is refused; ``rows`` are what comes out without it."""

    def __init__(self, refusal: Refused, rows: list[Outlook]):
        self.refusal, self.rows = refusal, rows


def _stated() -> Changes:
    """The changes that the address lists; what cannot be read is refused."""
    weights, scores = {}, {}
    for text in request.args.getlist("weight")[:MOST]:
        key, _colon, points = text.partition(":")
        weights[_id(key)] = read_points(points, "maximum")
    for text in request.args.getlist("score")[:MOST]:
        sheet, _colon, rest = text.partition(":")
        key, _colon, points = rest.partition(":")
        scores[_id(sheet), _id(key)] = read_points(points, "points")
    without = [_id(text) for text in request.args.getlist("without")[:MOST] if text]
    return Changes(tuple(dict.fromkeys(without)), weights, scores)


def _typed(changes: Changes) -> Changes:
    """The stated changes with what the form's own fields add."""
    args, weights, scores = request.args, dict(changes.weights), dict(changes.scores)
    if args.get("node") or args.get("maximum", "").strip():
        if not args.get("node"):
            raise Refused("Hãy chọn tiêu chí hoặc lĩnh vực cần đổi điểm tối đa.", field="maximum")
        weights[_id(args["node"])] = read_points(args.get("maximum", "").strip(), "maximum")
    if args.get("points", "").strip() or args.get("sheet") or args.get("criterion"):
        if not (args.get("sheet") and args.get("criterion")):
            raise Refused("Hãy chọn cơ quan và tiêu chí cần thử.", field="points")
        key = _id(args["sheet"]), _id(args["criterion"])
        scores[key] = read_points(args.get("points", "").strip(), "points")
    return Changes(changes.without, weights, scores)


def _id(text: str) -> int:
    found = row_id(text)
    if found is None:
        raise Refused("Địa chỉ của phép thử không đọc được.", field="without")
    return found


def pairs_of(changes: Changes) -> list[tuple[str, str]]:
    """The changes as the address lists them."""
    return [
        *(("without", str(key)) for key in changes.without),
        *(("weight", f"{key}:{_plain(points)}") for key, points in changes.weights.items()),
        *(("score", f"{sheet}:{key}:{_plain(points)}") for (sheet, key), points in changes.scores.items()),
    ]


def _plain(points: Decimal) -> str:
    return format_points(points)


def _address(changes: Changes, round_id: int, group_id: int, **how) -> str:
    listed: dict[str, list[str]] = {}
    for name, value in pairs_of(changes):
        listed.setdefault(name, []).append(value)
    return url_for("WhatIfView.what_if", round_id=round_id, group_id=group_id, **listed, **how)


def _chips(trial: Trial, changes: Changes, round_id: int) -> list[Chip]:
    found = []
    for key in changes.without:
        less = Changes(tuple(k for k in changes.without if k != key), changes.weights, changes.scores)
        found.append((_("Bỏ %(node)s", node=trial.nodes[key]), less))
    for key, points in changes.weights.items():
        node, kept = trial.nodes[key], {k: v for k, v in changes.weights.items() if k != key}
        values = {"node": node, "old": format_points(trial.maximum(node)), "new": format_points(points)}
        found.append(
            (
                _("Điểm tối đa của %(node)s: %(old)s → %(new)s", **values),
                Changes(changes.without, kept, changes.scores),
            )
        )
    for (sheet_id, key), points in changes.scores.items():
        kept = {k: v for k, v in changes.scores.items() if k != (sheet_id, key)}
        values = {
            "agency": trial.sheets[sheet_id].agency_name,
            "code": trial.nodes[key].code,
            "new": format_points(points),
        }
        found.append(
            (
                _("%(agency)s, %(code)s: %(new)s điểm", **values),
                Changes(changes.without, changes.weights, kept),
            )
        )
    return [Chip(words, _address(less, round_id, trial.group.id)) for words, less in found]
