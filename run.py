"""The application object for `flask --app run` and `gunicorn run:app`; as a program, the whole server."""

from app import create_app

app = create_app()

if __name__ == "__main__":
    from app.cli import serve

    serve(app)
