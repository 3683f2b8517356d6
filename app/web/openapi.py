"""Signing in for a token, the OpenAPI description, and the page on which a person reads how to ask."""

import json
from datetime import datetime

from flask import current_app, request, url_for
from flask_appbuilder.api import BaseApi, expose, permission_name, protect, safe
from flask_appbuilder.api.manager import OpenApi as StockOpenApi
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length

from app import audit
from app.clock import now
from app.errors import Refused, Sentence
from app.extensions import db
from app.models import Account
from app.row_access import sign_in_access
from app.security import PASSWORD_FIRST, SECOND_FACTOR_FIRST
from app.sign_in.entering import judge_password
from app.sign_in.second_factor import confirmed_factor, is_required_of, judge_code
from app.sign_in.sessions import begin_session
from app.tokens import token_for
from app.web.api import ReadApi
from app.web.api_columns import OPERATOR_NAMES
from app.web.desk import DeskView, said

VERSION = "v1"


class SignIn(Schema):
    """FAB's form of it, and the second factor's ``code``; ``provider`` and ``refresh`` mean nothing here."""

    username = fields.String(required=True, validate=Length(1, 300))
    password = fields.String(required=True, validate=Length(1, 300))
    code = fields.String(validate=Length(max=40))
    provider = fields.String()
    refresh = fields.Boolean()


class TokenApi(SecurityApi):
    """FAB's sign-in for a token, under the rules of the sign-in page; a token is not renewed without the password."""

    include_route_methods = {"login"}
    openapi_spec_tag = "TokenApi"

    @expose("/login", methods=["POST"])
    def login(self):
        """Đổi tên đăng nhập và mật khẩu lấy mã truy cập ngắn hạn.
        ---
        post:
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [username, password]
                  properties:
                    username: {type: string}
                    password: {type: string, format: password}
                    code: {type: string}
          responses:
            200:
              description: Access token
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      access_token: {type: string}
                      expires_in: {type: integer}
            400:
              $ref: '#/components/responses/400'
            401:
              $ref: '#/components/responses/401'
            403:
              $ref: '#/components/responses/403'
        """
        try:
            typed = SignIn().load(request.get_json(silent=True) or {})
        except ValidationError:
            return _said(400, _("Hãy gửi tên đăng nhập và mật khẩu dạng JSON."))
        try:
            return self._admit(typed, at=now())
        except Refused as refusal:
            return _said(401, said(refusal.sentence))

    @sign_in_access()
    def _admit(self, typed: dict[str, str], *, at: datetime):
        account = judge_password(typed["username"], typed["password"], at=at)
        missing = _to_do_first(account)
        if missing is not None:
            audit.record("sign_in_refused", account, actor=account, at=at)
            db.session.commit()
            return _said(403, said(missing))
        if confirmed_factor(account) is not None:
            judge_code(account, typed.get("code", ""), at=at)
        key = begin_session(account, through="token", at=at)
        audit.record("token_issued", account, actor=account, at=at)
        db.session.commit()
        life = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
        return ReadApi.response(
            200, access_token=token_for(account, key), expires_in=int(life.total_seconds())
        )


def _to_do_first(account: Account) -> Sentence | None:
    """What the account must do in the browser before it gets a token."""
    if account.must_change_password:
        return PASSWORD_FIRST
    return SECOND_FACTOR_FIRST if confirmed_factor(account) is None and is_required_of(account) else None


def _said(status: int, words: str):
    return ReadApi.response(status, message=words)


class OpenApi(StockOpenApi):
    """The description as JSON, for whoever has an account; without the keys that this system does not give out."""

    @expose("/<version>/_openapi")
    @protect()
    @safe
    @permission_name("get")
    def get(self, version):
        """Mô tả OpenAPI.
        ---
        get:
          responses:
            200:
              description: OpenAPI 3
        """
        spec = self._create_api_spec(version)
        if version != VERSION:
            return ReadApi.response_404(self)
        for part in (view for view in self.appbuilder.baseviews if isinstance(view, ReadApi | TokenApi)):
            part.add_api_spec(spec)
        written = json.loads(json.dumps(spec.to_dict(), default=str))
        written["components"]["securitySchemes"] = {"jwt": {"type": "http", "scheme": "bearer"}}
        for path in written["paths"].values():
            for operation in path.values():
                operation["security"] = [{"jwt": []}] if "security" in operation else []
        return ReadApi.response(200, **written)


class ApiGuideView(DeskView):
    """Dữ liệu cho phần mềm khác: what can be asked, column by column; drawn from the same tables as the answers."""

    route_base = "/api-guide"
    default_view = "page"
    base_permissions = ["can_read"]

    @expose("/")
    @has_access
    @permission_name("read")
    def page(self):
        resources = [view for view in self.appbuilder.baseviews if isinstance(view, ReadApi)]
        life = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
        return self.render_template(
            "api.html",
            resources=resources,
            operators=OPERATOR_NAMES,
            minutes=int(life.total_seconds()) // 60,
            spec=url_for("OpenApi.get", version=VERSION),
        )


def register(appbuilder, resources: tuple[type[BaseApi], ...]) -> None:
    for resource in resources:
        appbuilder.add_api(resource)
    appbuilder.add_api(OpenApi)
    appbuilder.sm.limit_sign_ins(appbuilder.add_api(TokenApi))
