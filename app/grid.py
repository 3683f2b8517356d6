"""The admin grid (lưới quản trị)."""


def init_app(app, appbuilder) -> None:
    """Nothing yet."""
