"""The admin grid (lưới quản trị)."""

from flask import redirect
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import BaseView


class GridView(BaseView):
    route_base = "/grid-start"
    default_view = "start"
    base_permissions = ["can_grid"]

    @expose("/")
    @has_access
    @permission_name("grid")
    def start(self):
        return redirect("/grid/")


def init_app(app, appbuilder) -> None:
    """Nothing yet."""
