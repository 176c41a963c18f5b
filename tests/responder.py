"""An OCSP responder and a place of revocation lists, on this machine, for certificates of tests/pki.py."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tests.pki import Issued

TYPES = {"POST": "application/ocsp-response", "GET": "application/pkix-crl"}


class Responder:
    """What it says of the certificates of one issuer: they are good, but for the serial numbers in `revoked`."""

    def __init__(self, url: str, issuer: Issued) -> None:
        self.url = url
        self.issuer = issuer
        self.revoked: set[int] = set()
        self.signer = issuer
        """Who signs the answers."""
        self.is_down = False
        self.asked: list[int] = []

    def answer(self, body: bytes) -> bytes:
        request = ocsp.load_der_ocsp_request(body)
        self.asked.append(request.serial_number)
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        is_revoked = request.serial_number in self.revoked
        built = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                issuer_name_hash=request.issuer_name_hash,
                issuer_key_hash=request.issuer_key_hash,
                serial_number=request.serial_number,
                algorithm=request.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + dt.timedelta(hours=6),
                revocation_time=now if is_revoked else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.issuer.certificate)
            .certificates([self.issuer.certificate])
        )
        return built.sign(self.signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def revocation_list(self) -> bytes:
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        built = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.issuer.certificate.subject)
            .last_update(now)
            .next_update(now + dt.timedelta(days=7))
        )
        for serial_number in sorted(self.revoked):
            one = x509.RevokedCertificateBuilder().serial_number(serial_number).revocation_date(now).build()
            built = built.add_revoked_certificate(one)
        return built.sign(self.issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


@contextmanager
def responder(issuer: Issued) -> Iterator[Responder]:
    """A responder that listens: `url` takes OCSP requests (POST), and gives the revocation list (GET)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.reply(says.answer(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self) -> None:
            self.reply(says.revocation_list())

        def reply(self, content: bytes) -> None:
            self.send_response(503 if says.is_down else 200)
            self.send_header("Content-Type", TYPES[self.command])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        says = Responder(f"http://127.0.0.1:{server.server_port}/", issuer)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield says
        finally:
            server.shutdown()
            thread.join()
