"""SignCertificate: a station asks for a certificate of its own. The request is checked here and signed later."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.v16.sign_certificate import SignCertificateRequest, SignCertificateResponse
from shared.settings import settings
from shared.store import events, stations

handler = Action("SignCertificate")

MIN_RSA_BITS = 2048
MIN_EC_BITS = 224


@handler.on("1.6")
def ask(request: SignCertificateRequest, call: Call) -> SignCertificateResponse:
    """Security extension of OCPP 1.6, use cases A02 and A03. Accepted means that the request is in order and kept for
    the certificate authority; the certificate follows as a CertificateSigned of ours."""
    station = stations.find(call.station_id)
    objection = objection_to(request.csr, serial_number=station.serial_number if station else None)
    data = {"csr": request.csr, "accepted": objection is None, "reason": objection}
    events.record(Event("certificate.requested", call.station_id, call.received_at, data), call.received_at)
    return SignCertificateResponse(status="Rejected" if objection else "Accepted")


def objection_to(csr_pem: str, *, serial_number: str | None) -> str | None:
    """Why a certificate signing request (PKCS#10, PEM) must not be signed, or None (A00.FR.501 to 512).

    The common name must be the station's serial number, if it told one when it booted; the organisation the
    operator's name, if the operator set one.
    """
    try:
        csr = x509.load_pem_x509_csr(csr_pem.encode())
        signed = csr.is_signature_valid
    except (ValueError, TypeError, InvalidSignature):
        return "not a certificate signing request"
    if not signed:
        return "its signature is not valid"
    if weakness := _weakness(csr):
        return weakness
    common_names = _attributes(csr, NameOID.COMMON_NAME)
    if serial_number and common_names != [serial_number]:
        return "its common name is not the station's serial number"
    cpo_name = settings().cpo_name
    if cpo_name and cpo_name not in _attributes(csr, NameOID.ORGANIZATION_NAME):
        return "its organisation is not the operator's name"
    return None


def _weakness(csr: x509.CertificateSigningRequest) -> str | None:
    key = csr.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"an RSA key needs {MIN_RSA_BITS} bits" if key.key_size < MIN_RSA_BITS else None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"an EC key needs {MIN_EC_BITS} bits" if key.curve.key_size < MIN_EC_BITS else None
    return "its key is neither RSA nor EC"


def _attributes(csr: x509.CertificateSigningRequest, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in csr.subject.get_attributes_for_oid(oid)]
