"""Home: for each account type what is due, how far it is and what waits."""

from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access

from app.web.desk import DeskView


class HomeView(DeskView):
    route_base = "/home"
    default_view = "home"

    @expose("/")
    @has_access
    @permission_name("read")
    def home(self):
        return self.render_template("home/home.html")
