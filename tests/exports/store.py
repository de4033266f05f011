"""A small S3-compatible store for tests: nothing for who does not sign, and faults to plant.

It knows what the product asks of one: put, multipart put, get, head, delete and list.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "files"


@dataclass
class Store:
    """What lies in the bucket, and how the store misbehaves."""

    port: int
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    given_rights: set[str] = field(default_factory=set)
    is_full: bool = False
    spoils_a_byte: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def keep(self, key: str, data: bytes) -> None:
        self.objects[key] = b"X" + data[1:] if self.spoils_a_byte else data


class _Handler(BaseHTTPRequestHandler):
    store: Store

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").lstrip("/")

    @property
    def asked(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.store.is_full:
            return self._answer(507, _error("InsufficientStorage"))
        if not self._is_signed():
            return self._answer(403, _error("AccessDenied"))
        self.store.given_rights.add(self.headers.get("x-amz-acl", ""))
        if "uploadId" in self.asked:
            self.store.parts[self.key][int(self.asked["partNumber"])] = data
        else:
            self.store.keep(self.key, data)
        return self._answer(200, b"", ETag='"1"')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "uploads" in self.asked:
            self.store.parts[self.key] = {}
            return self._answer(200, _xml("InitiateMultipartUploadResult", "<UploadId>1</UploadId>"))
        parts = self.store.parts.pop(self.key)
        self.store.keep(self.key, b"".join(parts[number] for number in sorted(parts)))
        return self._answer(200, _xml("CompleteMultipartUploadResult", f"<Key>{escape(self.key)}</Key>"))

    def do_GET(self) -> None:
        if not self._is_signed():
            return self._answer(403, _error("AccessDenied"))
        if not self.key:
            return self._list()
        if self.key not in self.store.objects:
            return self._answer(404, _error("NoSuchKey"))
        sent = {
            name: self.asked[f"response-{name.lower()}"]
            for name in ("Content-Disposition", "Content-Type", "Cache-Control")
            if f"response-{name.lower()}" in self.asked
        }
        return self._answer(200, self.store.objects[self.key], **sent)

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        self.store.objects.pop(self.key, None)
        self._answer(204, b"")

    def _list(self) -> None:
        prefix = self.asked.get("prefix", "")
        found = [key for key in sorted(self.store.objects) if key.startswith(prefix)]
        entries = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in found)
        self._answer(200, _xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{entries}"))

    def _is_signed(self) -> bool:
        of_header = self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=key/")
        return of_header or ("X-Amz-Signature" in self.asked and "X-Amz-Expires" in self.asked)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _xml(name: str, content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{content}</{name}>'.encode()


def _error(code: str) -> bytes:
    return _xml("Error", f"<Code>{code}</Code><Message>{code}</Message>")


@contextmanager
def run_store() -> Iterator[Store]:
    """A store that answers while the block runs."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.store = store = Store(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
