"""The officials' guides of ``docs/vi``, read inside the application: the same Markdown, the same pictures.

Addresses end like the files' names, so that links between guides and to pictures work here as they do in the folder.
"""

import re
import struct
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import abort, redirect, send_from_directory, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from markdown import Markdown
from markdown.extensions.toc import TocExtension, slugify_unicode
from markupsafe import Markup

from app.accounts import ADMINISTRATOR, APPRAISER, DATA_ENTRY, MANAGER
from app.models import Account
from app.office.reading import questions_on
from app.web.desk import DeskView, me

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "vi"
INDEX = "README"
GUIDE_OF = {DATA_ENTRY: "nhap-lieu", APPRAISER: "tham-dinh", MANAGER: "quan-ly", ADMINISTRATOR: "quan-tri"}


class Guide(NamedTuple):
    """``sections``: (anchor, heading) of the second level, in order."""

    title: str
    body: Markup
    sections: list[tuple[str, str]]


def guide_of(account: Account) -> str:
    """The name of the guide written for this account's type."""
    return next((guide for kind, guide in GUIDE_OF.items() if kind in account.role_names), INDEX)


@lru_cache(maxsize=16)
def read_guide(name: str) -> Guide | None:
    """The guide ``name.md`` as HTML; None when there is none. Its text is ours, so tags in it are kept."""
    if name not in {INDEX, *GUIDE_OF.values()}:
        return None
    writer = Markdown(extensions=["tables", "sane_lists", TocExtension(slugify=slugify_unicode)])
    body = writer.convert((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    head = writer.toc_tokens[0]
    return Guide(head["name"], Markup(_framed(body)), [(t["id"], t["name"]) for t in head["children"]])


def _framed(body: str) -> str:
    """Pictures are fetched when they come into view and lead to their full size; tables may scroll on a phone."""
    body = re.sub(r'<img (alt="[^"]*") src="([^"]+)" />', _picture, body)
    return body.replace("<table>", '<div class="table-wrap"><table>').replace("</table>", "</table></div>")


def _picture(found: re.Match) -> str:
    """With its size, so that nothing moves when it comes and a link to a heading below it leads there."""
    alt, source = found.groups()
    with (FOLDER / source).open("rb") as picture:
        width, height = struct.unpack(">16xII", picture.read(24))  # the head of every PNG
    return f'<a href="{source}"><img loading="lazy" {alt} src="{source}" width="{width}" height="{height}"></a>'


class GuideView(DeskView):
    """Hướng dẫn sử dụng: every account may read every guide; it begins with its own."""

    route_base = "/guide"
    default_view = "own"
    base_permissions = ["can_read"]

    @expose("/")
    @has_access
    @permission_name("read")
    def own(self):
        return redirect(url_for(".page", guide=guide_of(me())))

    @expose("/<guide>.md")
    @has_access
    @permission_name("read")
    def page(self, guide: str):
        found = read_guide(guide)
        if found is None:
            abort(404)
        questions = questions_on(me(), guide=guide)
        return self.render_template(
            "guide.html", guide=found, name=guide, own=guide_of(me()), questions=questions
        )

    @expose("/img/<picture>.png")
    @has_access
    @permission_name("read")
    def picture(self, picture: str):
        return send_from_directory(FOLDER / "img", f"{picture}.png", max_age=3600)
