"""The certificates of charging contracts (Plug & Charge): whether one that a vehicle shows may be relied on."""

from collections.abc import Sequence
from typing import Any, Literal

from shared.domain.certificates import HashData

Verdict = Literal["Accepted", "CertificateExpired", "CertificateRevoked", "CertChainError"]


def examine(certificate: str | None, hash_data: Sequence[Any] | None) -> Verdict | None:
    """What is to be said of a contract's certificate (use case C07); None if none was shown.

    `certificate` is a chain in PEM, which is examined by the roots that the operator trusts. `hash_data` are the
    OCSPRequestData of a chain that the station has examined itself: only its responders are asked. One of them is
    enough; the chain, if both are there.
    """
    if not certificate and not hash_data:
        return None
    from shared.aws import contract_chains  # noqa: PLC0415  # takes long to load, and few drivers have such a contract

    if certificate:
        return contract_chains.of_chain(certificate)
    return contract_chains.of_hash_data(
        [
            (
                HashData(one.hash_algorithm, one.issuer_name_hash, one.issuer_key_hash, one.serial_number),
                one.responder_url,
            )
            for one in hash_data or ()
        ]
    )
