"""The WSGI application, for a server of one's own choice."""

from itsm.app import create_app

app = create_app()
