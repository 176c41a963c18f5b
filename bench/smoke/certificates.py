"""Assumptions about certificates: the way of a request to whoever signs it, and what KMS signs."""

import asyncio
import json

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bench.smoke import accounts
from bench.smoke.check import Refuted, Skipped, check, expect
from bench.smoke.station import connected
from bench.smoke.target import Target


@check("U-95", "a station that asks for a certificate is brought one that the embedded authority's root verifies")
async def issued(target: Target) -> None:
    authority = (await asyncio.to_thread(target.api, "GET", "/certificate-authority")).body
    if authority["kind"] != "embedded":
        raise Skipped("the stage has no authority of its own; -c certificate_authority=embedded gives it one")
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        answer = await station.call("SignCertificate", {"csr": _signing_request()})
        expect(answer[2] == {"status": "Accepted"}, answer)
        frame = await station.received()
        expect(frame[2] == "CertificateSigned", frame)
        await station.socket.send(json.dumps([3, frame[1], {"status": "Accepted"}]))
    own = x509.load_pem_x509_certificate(frame[3]["certificateChain"].encode())
    try:
        own.verify_directly_issued_by(x509.load_pem_x509_certificate(authority["chain"].encode()))
    except (InvalidSignature, ValueError) as error:
        raise Refuted(f"the root does not verify it: {error!r}") from error


def _signing_request() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smoke")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name)
    return made.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM).decode()
