"""Two ways a mail leaves: to an SMTP server, or as a file in a folder where none is configured."""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
import tempfile
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from workflow.delivery.failure import DeliveryFailed
from workflow.looking_up import resolve
from workflow.settings import MailSettings, Settings

# For each answer of the server: the threads pool knows no time limits, so a server that hangs is left by this alone.
TIMEOUT_SECONDS = 8

# The port on which servers expect TLS from the first byte.
SMTPS_PORT = 465

# The one reply to the end of a mail that `smtplib` takes for success; any other it raises.
ACCEPTED = "250"
FILED = "file"

# Files are to be read as they lie; on the wire not every server takes eight bits.
READABLE = policy.SMTPUTF8.clone(linesep="\n")
SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")


class Mailer(Protocol):
    """`at_once`: how many mails may be under way at a time."""

    @property
    def at_once(self) -> int: ...

    def send(self, message: EmailMessage) -> str:
        """Answers the code under which the mail was accepted; raises DeliveryFailed when it was not."""


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """One file for each mail, named by its Message-ID: sent twice, it is still one file."""

    folder: Path
    at_once: int = 500

    def send(self, message: EmailMessage) -> str:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(message)
        except OSError as error:
            raise DeliveryFailed(type(error).__name__) from error
        return FILED

    def _write(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").partition("@")[0]
        handle, part = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes(policy=READABLE))
        os.replace(part, self.folder / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A connection for each mail. Few at once, so that a slow server leaves workers for everything else."""

    settings: MailSettings
    timeout: float = TIMEOUT_SECONDS
    at_once: int = 2

    def send(self, message: EmailMessage) -> str:
        try:
            with contextlib.closing(self._connected()) as smtp:
                self._introduce(smtp)
                smtp.sendmail(message["From"], message["To"], message.as_bytes(policy=SEVEN_BIT))
                # What was accepted is sent: a goodbye that goes wrong must not send it again.
                with contextlib.suppress(smtplib.SMTPException):
                    smtp.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code = min(code for code, _ in error.recipients.values())
            raise DeliveryFailed(f"recipient refused: {code}", is_final=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error.smtp_code}") from error
        except OSError as error:
            raise DeliveryFailed(type(error).__name__) from error
        return ACCEPTED

    def _connected(self) -> smtplib.SMTP:
        host, port = self.settings.host, self.settings.port
        # `smtplib` looks the name up without a time limit; one that hangs does so here already.
        resolve(host, port)
        if port == SMTPS_PORT:
            return smtplib.SMTP_SSL(host, port, timeout=self.timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=self.timeout)

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        if self.settings.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if self.settings.user:
            smtp.login(self.settings.user, self.settings.password)


def mailer_from(settings: Settings) -> Mailer:
    return SmtpMailer(settings.mail) if settings.mail.host else FolderMailer(settings.mail_dir)
