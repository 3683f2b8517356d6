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
