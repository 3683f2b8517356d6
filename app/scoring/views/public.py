"""What anyone may see without signing in."""

from flask import g, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.views import BaseView


class PublicView(BaseView):
    """The front page: published results, verification of a code."""

    route_base = ""
    default_view = "index"
    base_permissions: list[str] = []

    @expose("/")
    def index(self):
        if g.user.is_authenticated:
            return redirect(url_for("HomeView.home"))
        return self.render_template("public/index.html")
