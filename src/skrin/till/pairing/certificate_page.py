"""What a client that speaks plain HTTP gets: the authority's certificate and its fingerprint.

Somebody on the network could answer in the till's place and give another authority away. That is
why the fingerprint stands on the till's own screen too, and why the page says to compare them.
"""

from __future__ import annotations

import socket
import time
from hashlib import sha256

REQUEST_MOST_BYTES = 8192
FILE = "/skrin-authority.crt"
_PAGE = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Skrin</title>
<meta name="viewport" content="width=device-width"></head><body>
<h1>Kassans certifikat</h1>
<p><a href="{file}">H&auml;mta certifikatet</a> och installera det som betrott p&aring; den h&auml;r
enheten. J&auml;mf&ouml;r f&ouml;rst fingeravtrycket med det p&aring; kassans sk&auml;rm.</p>
<h2 lang="en">The till's certificate</h2>
<p lang="en"><a href="{file}">Get the certificate</a> and install it as trusted on this device.
Compare the fingerprint with the one on the till's screen first.</p>
<p>SHA-256</p><pre>{fingerprint}</pre></body></html>
"""


def grouped(fingerprint: str) -> str:
    """A fingerprint as people compare it: groups of four, eight to a row."""
    groups = [fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)]
    return "\n".join(" ".join(groups[row : row + 8]) for row in range(0, len(groups), 8))


def answer_plain(sock: socket.socket, der: bytes, deadline_s: float) -> None:
    """Read one request off a socket and answer it. Raises `OSError` after `deadline_s`.

    The calls go to the plain socket underneath: nothing here was or is encrypted.
    """
    until_s = time.monotonic() + deadline_s
    asked = b""
    while b"\r\n\r\n" not in asked and len(asked) < REQUEST_MOST_BYTES:
        _limit(sock, until_s)
        piece = socket.socket.recv(sock, REQUEST_MOST_BYTES)
        if not piece:
            return
        asked += piece
    words = asked.split(b"\r\n", 1)[0].split()
    path = words[1].decode("ascii", "replace") if len(words) == 3 and words[0] == b"GET" else ""
    _limit(sock, until_s)
    socket.socket.sendall(sock, _answer(path, der))


def _limit(sock: socket.socket, until_s: float) -> None:
    left_s = until_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError("timed out")
    sock.settimeout(left_s)


def _answer(path: str, der: bytes) -> bytes:
    status, kind, body = "404 Not Found", "text/plain", b"404"
    if path == "/":
        page = _PAGE.format(file=FILE, fingerprint=grouped(sha256(der).hexdigest()))
        status, kind, body = "200 OK", "text/html; charset=utf-8", page.encode("ascii")
    elif path == FILE:
        status, kind, body = "200 OK", "application/x-x509-ca-cert", der
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n"
    )
    return head.encode("ascii") + body
