"""A web server whose threads are for who speaks.

cheroot gives every new connection a thread at once, which then waits for its first byte. A browser
opens connections ahead of need and says nothing on them, and so does whoever looks for open ports:
eight of those, and a server with eight threads stood still until they timed out. Here a connection
waits beside the threads, with those that are kept open, until something is there to be read.

A port that the machine chose can be listened on again at once. cheroot marks the port for that only
where it was named, and connections that the server closed then hold a chosen one for a minute.
"""

from __future__ import annotations

import socket
from typing import Any

from cheroot.wsgi import Server


class PatientServer(Server):
    """cheroot's, with silent connections kept away from its threads."""

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:
        """Bind; what is accepted then has the mark of its listener. Before the binding the mark
        could give a port that another listens on."""
        bound: socket.socket = super().bind(family, type, proto)
        if family in (socket.AF_INET, socket.AF_INET6):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return bound

    def prepare(self) -> None:
        """Bind, and begin to take connections in; see the top of this file."""
        super().prepare()
        connections: Any = vars(self)["_connections"]
        accept = connections._from_server_socket

        def taken_in(server_socket: socket.socket) -> None:
            connection = accept(server_socket)
            if connection is not None:
                # As one that is kept open: looked at when something comes, closed when nothing
                # has come for as long as the server's timeout.
                connections.put(connection)

        connections._from_server_socket = taken_in


__all__ = ["PatientServer"]
