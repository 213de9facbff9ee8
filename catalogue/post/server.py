"""Post: a mail server, and what it said to a letter: taken, refused, out of reach, or perhaps taken."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from types import TracebackType
from typing import Any, Self

from catalogue.post.message import AddressError, Letter, address, written

# A letter may take so many times the seconds of silence: a conversation has nine steps.
LONGEST = 10


class PostError(Exception):
    """A letter that was certainly not taken; the message (Dutch) says why."""


class OutOfReachError(PostError):
    """The server itself: not found, silent, or it does not let us in. No other letter would go either."""


class RefusedError(PostError):
    """This letter was refused; another one may go."""


class UnclearError(Exception):
    """The server fell silent after it was given the letter: it may have taken it."""


# What the network did, in the words of who must mend it.
_WORDS: dict[type[Exception], str] = {
    TimeoutError: "de mailserver antwoordt niet op tijd",
    ConnectionRefusedError: "de mailserver neemt niet op",
    socket.gaierror: "de mailserver is niet gevonden",
    ssl.SSLError: "er komt geen veilige verbinding met de mailserver",
    smtplib.SMTPServerDisconnected: "de mailserver verbrak de verbinding",
    smtplib.SMTPNotSupportedError: "de mailserver kan de gevraagde beveiliging of aanmelding niet",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. `security` is geen, starttls or ssl; `timeout` counts seconds of silence."""

    host: str
    port: int
    security: str
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 20


class _Line(smtplib.SMTP):
    """A line that can be cut, also while it is being opened or read."""

    is_cut = False

    def __init__(self, opening: Callable[[_Line], None], **where: Any) -> None:
        opening(self)
        super().__init__(**where)

    def cut(self) -> None:
        """End it for whoever is waiting for an answer."""
        self.is_cut = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                # Not the method of a secured line, which takes itself apart first: somebody is reading it.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def getreply(self) -> tuple[int, bytes]:
        """What the server says; half an answer is none."""
        answer = super().getreply()
        if self.is_cut:
            raise smtplib.SMTPServerDisconnected("timed out")
        return answer


class _SecuredLine(_Line, smtplib.SMTP_SSL):
    """A line that is secured from its first byte."""


class Post:
    """A way to a server, opened at the first letter and used for all; leave it with `with`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._open: _Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye; what the server thinks of that no longer matters."""
        if self._open is not None:
            with self._bounded(), contextlib.suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._open.close()
            self._open = None

    @contextlib.contextmanager
    def _bounded(self) -> Iterator[None]:
        """Cut the line after a while: a server that keeps saying a little is never silent."""
        watch = threading.Timer(self.server.timeout * LONGEST, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        if self._open is not None:
            self._open.cut()

    def _why(self, error: Exception) -> str:
        is_cut = self._open is not None and self._open.is_cut
        return _WORDS[TimeoutError] if is_cut else _said(error)

    def deliver(self, letter: Letter) -> None:
        """Hand over one letter; returns once the server took it, and never waits for ever.

        Raises OutOfReachError or RefusedError where it was certainly not taken, UnclearError where nobody
        knows.
        """
        server = self.server
        try:
            mail = written(letter, server.sender, server.sender_name, server.reply_to)
        except AddressError as error:
            raise RefusedError(str(error)) from None
        with self._bounded():
            self._converse(letter, mail)

    def _converse(self, letter: Letter, mail: EmailMessage) -> None:
        with self._until_taken(OutOfReachError):
            smtp = self._ready()
            options = self._options(smtp, mail)
            # Who may not send, may send no other letter either; unless this one asks for something special.
            kind = RefusedError if options else OutOfReachError
            _accepted(smtp.mail(address(self.server.sender).addr_spec, options), kind=kind)
        with self._until_taken(RefusedError):
            _accepted(smtp.rcpt(address(letter.recipient).addr_spec))
            _accepted(smtp.docmd("DATA"), 354)
        self._hand_over(smtp, mail.as_bytes(policy=SMTPUTF8 if options else SMTP))

    @contextlib.contextmanager
    def _until_taken(self, kind: type[PostError]) -> Iterator[None]:
        """Everything before the letter itself: whatever goes wrong, nothing was taken."""
        try:
            yield
        except RefusedError:
            self._reset()
            raise
        except OutOfReachError:
            self.close()
            raise
        except (OSError, smtplib.SMTPException) as error:
            why = self._why(error)
            self.close()
            raise kind(why) from None

    def _ready(self) -> _Line:
        """The connection; a new one where the server ended the old one meanwhile."""
        if self._open is not None:
            try:
                if self._open.noop()[0] == 250:
                    return self._open
            except (OSError, smtplib.SMTPException):
                if self._open.is_cut:
                    raise
            self.close()
        return self._connected()

    def _connected(self) -> _Line:
        server = self.server
        # By the name of the mail domain: the name of the machine is nobody's business.
        own = address(server.sender).domain
        where: dict[str, Any] = {
            "host": server.host,
            "port": server.port,
            "local_hostname": own,
            "timeout": server.timeout,
        }
        if server.security == "ssl":
            smtp: _Line = _SecuredLine(self._opening, context=ssl.create_default_context(), **where)
        else:
            smtp = _Line(self._opening, **where)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
        return smtp

    def _opening(self, line: _Line) -> None:
        self._open = line

    def _options(self, smtp: smtplib.SMTP, mail: EmailMessage) -> list[str]:
        """What a letter to an address with other letters than ours asks of the server."""
        if mail.policy is not SMTPUTF8:
            return []
        if not smtp.has_extn("smtputf8"):
            raise RefusedError("deze mailserver kent geen adressen met letters zoals é")
        return ["SMTPUTF8", "BODY=8BITMIME"]

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> None:
        # A line that begins with a point gets a second one (RFC 5321, 4.5.2).
        body = re.sub(rb"(?m)^\.", b"..", content)
        body += b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            smtp.send(body)
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            why = self._why(error)
            self.close()
            raise UnclearError(why) from None
        if answer[0] != 250:
            self._reset()
            raise RefusedError(_words(*answer))

    def _reset(self) -> None:
        """Make the connection ready for another letter, or give it up."""
        try:
            if self._open is not None and self._open.rset()[0] == 250:
                return
        except (OSError, smtplib.SMTPException):
            pass
        self.close()


def _accepted(answer: tuple[int, bytes], code: int = 250, kind: type[PostError] = RefusedError) -> None:
    """Raise what this refusal means, unless the server agreed; 421 ends the conversation for all letters."""
    if answer[0] == 421:
        raise OutOfReachError(_words(*answer))
    if answer[0] not in (code, 251 if code == 250 else code):
        raise kind(_words(*answer))


def _said(error: Exception) -> str:
    """Why, in a line: the answer of the server, or what the network did."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected) and "timed out" in str(error):
        return _WORDS[TimeoutError]
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    return " ".join(str(error).split())[:300] or type(error).__name__


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"de mailserver zegt: {code} {' '.join(text.split())}"[:300]
