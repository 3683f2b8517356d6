"""app/web/desk.py: a refused form is drawn again by a method that takes what its route gives."""

import inspect


def refusing(app) -> dict[str, tuple]:
    """Endpoint → (method that draws the form again, its route's arguments), for each view that names one."""
    found = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        again = getattr(view, "again", None)
        if again is not None:
            found[rule.endpoint] = getattr(type(view.__self__), again), rule.arguments
    return found


def test_a_form_that_was_refused_is_drawn_again_with_the_arguments_of_its_own_route(app):
    views = refusing(app)
    wrong = {}
    for endpoint, (method, arguments) in views.items():
        try:
            inspect.signature(method).bind(None, **dict.fromkeys(arguments), refusal=None)
        except TypeError as error:
            wrong[endpoint] = str(error)
    assert (len(views) > 50, wrong) == (True, {})


def test_the_libraries_of_fabs_widgets_come_with_the_pages_that_use_them_alone(app, sign_in, opened):
    """They are a third of what a browser works at on any other page."""
    clerk, kit = sign_in("tp-nhap"), ("jquery", "select2.min.js", "datepicker.min.js")
    with_it, without = clerk.get("/proposalview/add").text, clerk.get("/home/").text
    assert [name in with_it for name in kit] == [True] * 3
    assert [name in without for name in kit] == [False] * 3
    for path in ("/sheets/cchc/", "/evidence/", "/guide/nhap-lieu.md", "/password/"):
        assert "jquery" not in clerk.get(path, follow_redirects=True).text, path
