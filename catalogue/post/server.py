"""Post: a mail server, and what it said to a letter: taken, refused, out of reach, or perhaps taken."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from types import TracebackType
from typing import Self

from catalogue.post.message import AddressError, Letter, address, written


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


class Post:
    """A way to a server, opened at the first letter and used for all; leave it with `with`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye; what the server thinks of that no longer matters."""
        if self._open is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._open.close()
            self._open = None

    def deliver(self, letter: Letter) -> None:
        """Hand over one letter; returns once the server took it.

        Raises OutOfReachError or RefusedError where it was certainly not taken, UnclearError where nobody
        knows.
        """
        server = self.server
        try:
            mail = written(letter, server.sender, server.sender_name, server.reply_to)
        except AddressError as error:
            raise RefusedError(str(error)) from None
        with self._until_taken(OutOfReachError):
            smtp = self._ready()
            options = self._options(smtp, mail)
            # Who may not send, may send no other letter either; unless this one asks for something special.
            kind = RefusedError if options else OutOfReachError
            _accepted(smtp.mail(address(server.sender).addr_spec, options), kind=kind)
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
            self.close()
            raise kind(_said(error)) from None

    def _ready(self) -> smtplib.SMTP:
        """The connection; a new one where the server ended the old one meanwhile."""
        if self._open is not None:
            try:
                if self._open.noop()[0] == 250:
                    return self._open
            except (OSError, smtplib.SMTPException):
                pass
            self.close()
        self._open = self._connected()
        return self._open

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        # By the name of the mail domain: the name of the machine is nobody's business.
        own = address(server.sender).domain
        if server.security == "ssl":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, own, timeout=server.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, own, timeout=server.timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

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
            self.close()
            raise UnclearError(_said(error)) from None
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
