"""``create_app``: the application, put together once."""

from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from werkzeug.middleware.proxy_fix import ProxyFix

from app.extensions import Model, csrf, db, migrate  # before any of FAB's models: it names the constraints


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application with ``config.Config`` and ``overrides``; reads no database, so it starts before one is there."""
    from app import (
        cli,
        csp,
        grid,
        help,
        i18n,
        limits,
        rate_counts,  # noqa: F401 – makes the store of RATELIMIT_STORAGE_URI known
        request_log,
        row_access,
        security,
        service,
        signing,
        views,
    )
    from app.backup import check_types
    from app.sign_in import single_sign_on
    from app.web import desk, entry, formats, static_files, uploads

    check_types(Model.metadata)  # a column that no backup could write and read stops us here, not at the restore
    app = Flask(__name__)
    app.url_map.converters["int"] = limits.WholeNumber  # before any route: each <int:…> is a column's number
    app.config.from_object("config.Config")
    app.config["FAB_ROLES"] = security.fab_roles()
    app.config.update(overrides or {})
    if app.config["PROXY"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    db.init_app(app)
    row_access.init_app(app)  # before whatever looks at a request
    migrate.init_app(app, db, directory="migrations", render_as_batch=True)
    parts = (signing, request_log, service, csp, desk, entry, formats, help, static_files, uploads, single_sign_on)
    for part in parts:
        part.init_app(app)
    with app.app_context():
        appbuilder = AppBuilder(security_manager_class=security.ProvinceSecurity, indexview=views.PublicView)
        appbuilder.init_app(app, db.session)
        csrf.init_app(app)  # after FAB: a refused form is shown to whoever is signed in
        views.register(appbuilder)
        app.context_processor(lambda: {"appbuilder": appbuilder})
        grid.init_app(app, appbuilder)
    i18n.init_app(app)
    cli.init_app(app)
    return app
