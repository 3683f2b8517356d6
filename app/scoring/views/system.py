"""The machine's state for its technical administrator."""

from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access

from app import machine
from app.web.desk import DeskView


class SystemView(DeskView):
    route_base = "/system"
    default_view = "facts"
    base_permissions = ["can_read"]

    @expose("/")
    @has_access
    @permission_name("read")
    def facts(self):
        return self.render_template("home/system.html", machine=machine.facts())
