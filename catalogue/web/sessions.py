"""Sessions live under /beheer: everywhere else no cookie is set and answers do not depend on one."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class RoomSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, kept away from public pages so that any cache may hold them."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Only over https once we are asked over it, also where no address of the site is set."""
        return super().get_cookie_secure(app) or request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save where someone curates; elsewhere leave the answer as it is."""
        if request.path.startswith("/beheer"):
            super().save_session(app, session, response)
