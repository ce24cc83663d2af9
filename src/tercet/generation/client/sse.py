"""A stream of bytes to the data of its server-sent events (HTML standard, section 9.2)."""

from __future__ import annotations


class EventStream:
    """Takes bytes as they come and gives the data of every event that is complete.

    Comments, which keep connections alive, and fields other than `data` are passed over.
    `pending` counts the bytes of the event that is still open.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []

    @property
    def pending(self) -> int:
        return len(self._rest) + sum(map(len, self._data))

    def feed(self, received: bytes) -> list[bytes]:
        """The data of the events that `received` completes."""
        self._rest += received
        if b"\n" not in received:
            return []
        *lines, rest = bytes(self._rest).split(b"\n")
        self._rest = bytearray(rest)
        return [data for line in lines if (data := self._line(line.rstrip(b"\r"))) is not None]

    def end(self) -> list[bytes]:
        """The data of an event that was not closed by an empty line, as some servers leave it."""
        return self.feed(b"\n\n")

    def _line(self, line: bytes) -> bytes | None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            data, self._data = b"\n".join(self._data), []
            return data
        return None
