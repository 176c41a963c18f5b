"""GetCertificateChainStatus: a station asks whether the certificates of a vehicle's chain stand."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.certificates import HashData

if TYPE_CHECKING:
    from shared.ocpp.v21.get_certificate_chain_status import (
        CertificateStatusRequestInfoType,
        GetCertificateChainStatusRequest,
    )

handler = Action("GetCertificateChainStatus")

PATIENCE_S = 1.4
"""For each URL; there are up to five of them for each of four certificates, which are asked for at once."""


@handler.on("2.1")
def ask(request: "GetCertificateChainStatusRequest", _call: Call) -> dict[str, Any]:
    """Use case M07 of OCPP 2.1: each entry by the source that it names, in the same order."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # heavy for a function that is seldom asked

    entries = request.certificate_status_requests
    with ThreadPoolExecutor(len(entries)) as pool:
        return {"certificateStatus": list(pool.map(_status, entries))}


def _status(entry: "CertificateStatusRequestInfoType") -> dict[str, Any]:
    from shared.aws import revocation  # noqa: PLC0415  # reads certificates, and brings the SDK

    asked = entry.certificate_hash_data
    named = HashData(asked.hash_algorithm, asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number)
    look = revocation.by_list if entry.source == "CRL" else revocation.by_ocsp
    found = look(named, entry.urls, PATIENCE_S)
    return {
        "certificateHashData": asked.to_wire(),
        "source": entry.source,
        "status": found.status,
        "nextUpdate": found.next_update,
    }
