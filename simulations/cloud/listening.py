"""Sockets that listen on loopback."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """A listening socket on loopback.

    Raises OSError when the port cannot be had, OverflowError when it is no port.
    """
    # The protocol is named because asyncio switches Nagle's algorithm off only on sockets that name it: without that,
    # every answer in two parts waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener
