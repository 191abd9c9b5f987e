"""A small mail server on loopback, which keeps what it is handed."""

from __future__ import annotations

import base64
import socketserver
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Mail:
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    content: str = ""


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: MailServer = self.server.owner  # type: ignore[attr-defined]
        time.sleep(server.delay)
        if server.refuse:
            server.refuse -= 1
            return self.say("421 away")
        self.say("220 ready")
        mail = Mail()
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                self.say("250-here", "250 AUTH PLAIN")
            elif verb == "AUTH":
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                server.logins.append((user, password))
                self.say("235 in")
            elif verb == "MAIL":
                mail.sender = line.split("<")[1].split(">")[0]
                self.say("250 ok")
            elif verb == "RCPT":
                mail.recipients.append(line.split("<")[1].split(">")[0])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    mail.content += part.decode()
                server.mails.append(mail)
                self.say("250 taken")
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("502 no")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class MailServer:
    """`delay` seconds pass before it greets; `refuse` so many connections it turns away."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.logins: list[tuple[str, str]] = []
        self.delay = 0.0
        self.refuse = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        self._server.owner = self  # type: ignore[attr-defined]
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> MailServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, number: int, seconds: float = 10.0) -> list[Mail]:
        """The mails, once there are so many. Raises AssertionError."""
        deadline = time.monotonic() + seconds
        while len(self.mails) < number:
            assert time.monotonic() < deadline, f"{len(self.mails)} of {number} mails came"
            time.sleep(0.05)
        return self.mails
