"""An SMTP server that does at each step what a test says: a word of its own, silence, the end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from typing import BinaryIO, Final

from attrs import Factory, define

STEPS: Final = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "content")
_FINE: Final = {
    "greeting": "220 here",
    "EHLO": "250 hello",
    "MAIL": "250 fine",
    "RCPT": "250 fine",
    "DATA": "354 go on",
    "content": "250 taken",
    "RSET": "250 fine",
}


@define
class ScriptedServer:
    """`scripts` has one for each connection, the last one for all that follow.

    A script says what happens at a step: "close", "hang", or what to reply.
    """

    scripts: Sequence[dict[str, str]]
    connections: int = 0
    contents: list[bytes] = Factory(list)
    said: list[str] = Factory(list)
    _listener: socket.socket = Factory(lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def start(self) -> None:
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            script = self.scripts[min(self.connections, len(self.scripts) - 1)]
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection, script), daemon=True).start()

    def _talk(self, connection: socket.socket, script: dict[str, str]) -> None:
        with connection, connection.makefile("rb") as lines:
            try:
                self._answer(connection, lines, script)
            except _Closed:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client is gone
                pass

    def _answer(self, connection: socket.socket, lines: BinaryIO, script: dict[str, str]) -> None:
        def fine(step: str) -> bool:
            what = script.get(step, _FINE.get(step, "250 fine"))
            if what == "hang":
                lines.read()  # until the client has enough of it
            if what in ("hang", "close"):
                raise _Closed
            connection.sendall(f"{what}\r\n".encode())
            if what.startswith("421"):
                raise _Closed
            return what[0] == _FINE.get(step, "250")[0]

        open_mail = not fine("greeting")
        for line in lines:
            verb = line.split()[0].decode().upper()
            self.said.append(verb)
            if verb == "MAIL" and open_mail:
                connection.sendall(b"503 nested MAIL command\r\n")
                continue
            accepted = fine("EHLO" if verb == "HELO" else verb)
            if verb in ("MAIL", "RSET"):
                open_mail = accepted and verb == "MAIL"
            if verb == "DATA" and accepted:
                content = b"".join(iter(lines.readline, b".\r\n"))
                if fine("content"):
                    self.contents.append(content)
                open_mail = False


class _Closed(Exception):  # noqa: N818 - no error: the script says so
    """The server hangs up."""
