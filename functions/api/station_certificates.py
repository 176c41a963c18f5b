"""The certificates that a station has, and those that it asks for."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from shared.aws import command, idempotency
from shared.aws.command import Target, Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import PathText, StationId
from shared.aws.views import View
from shared.aws.views_calls import Call, call_view
from shared.aws.views_certificates import InstalledCertificatesList, certificate_id, installed_view
from shared.aws.views_issued_certificates import CertificateRequestList, request_view
from shared.domain import calls as domain
from shared.domain.calls import Json
from shared.domain.certificates import HashData
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.issued_certificates import Kind
from shared.store import certificates, issued_certificates, stations

LONGEST_CERTIFICATE = LONGEST_CHAIN = 10_000
"""What OCPP 2.1 has room for; a root of earlier versions has 5,500 characters at most."""
CERTIFICATE_USE_16 = {"CSMSRootCertificate": "CentralSystemRootCertificate"}
"""1.6's word for a use, where it has one of its own."""
NAMES = {
    "payload.certificate": "certificate",
    "payload.certificateType": "certificate_type",
    "payload.requestedMessage": "certificate_type",
}
"""What the fields of a call are called here."""
TRIGGERS: dict[Kind, str] = {
    "ChargingStationCertificate": "SignChargingStationCertificate",
    "V2GCertificate": "SignV2GCertificate",
    "V2G20Certificate": "SignV2G20Certificate",
}

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN_CERTIFICATE = {HTTPStatus.NOT_FOUND: "There is no such station, or it does not have the certificate."}
UNKNOWN_REQUEST = {HTTPStatus.NOT_FOUND: "There is no such station, or it has not asked for it."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}
HAS_IT = {HTTPStatus.CONFLICT: "The request has its certificate, or the station must not be sent this now."}

api = handler = Api("station_certificates")

CertificateId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a certificate.")]
SigningId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a station's request.")]


class _Taken(View):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewCertificate(_Taken):
    """A root that a station is to trust."""

    certificate_type: Literal[
        "CSMSRootCertificate",
        "ManufacturerRootCertificate",
        "MORootCertificate",
        "OEMRootCertificate",
        "V2GRootCertificate",
    ]
    """In the words of OCPP 2.x; 1.6 has only the first two."""
    certificate: Annotated[str, Field(min_length=1, max_length=LONGEST_CERTIFICATE)]
    """PEM, one certificate."""


class Renewal(_Taken):
    """Which certificate a station is to ask for."""

    certificate_type: Kind = "ChargingStationCertificate"
    """1.6 has only this one; V2G20Certificate is OCPP 2.1's."""


class SignedChain(_Taken):
    """The certificate that a station has asked for."""

    chain: Annotated[str, Field(min_length=1, max_length=LONGEST_CHAIN)]
    """PEM, the station's own first, each issued by the next; the root may be left out."""


@api.route("GET /stations/{station_id}/certificates", {HTTPStatus.OK: InstalledCertificatesList}, UNKNOWN)
def list_certificates(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> InstalledCertificatesList:
    """The certificates that a station has installed, as far as its answers have told.

    The call GetInstalledCertificateIds asks it (with OCPP 1.6 for one use at a time); what is installed and deleted
    changes what is known once the station has answered.
    """
    known, rest = certificates.page(station_id, cursor, limit)
    if not known and cursor is None:
        stations.existing(station_id)
    return InstalledCertificatesList(items=[installed_view(one) for one in known], next_cursor=rest)


@api.route("POST /stations/{station_id}/certificates", {HTTPStatus.ACCEPTED: Call}, UNKNOWN | NOT_NOW)
def install_certificate(
    station_id: StationId, wanted: NewCertificate, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Have a station trust a root certificate.

    The answer is the call InstallCertificate: `Rejected` says that the station does not take the certificate, `Failed`
    that it could not store it.
    """
    target = command.target(station_id)
    use = wanted.certificate_type
    if target.ocpp_version == "1.6":
        use = CERTIFICATE_USE_16.get(use, use)  # type: ignore[assignment]  # the word of 1.6 is no use of ours
    payload = {"certificateType": use, "certificate": wanted.certificate}
    return _ordered(target, "InstallCertificate", payload, idempotency_key)


@api.route(
    "DELETE /stations/{station_id}/certificates/{certificate_id}",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_CERTIFICATE | NOT_NOW,
)
def delete_certificate(station_id: StationId, certificate_id: CertificateId) -> Response[Call]:
    """Have a station delete a certificate, by the hashes that it has told. The answer is the call DeleteCertificate."""
    target = command.target(station_id)
    named = _existing(station_id, certificate_id)
    hash_data = {
        "hashAlgorithm": named.hash_algorithm,
        "issuerNameHash": named.issuer_name_hash,
        "issuerKeyHash": named.issuer_key_hash or "",
        "serialNumber": named.serial_number,
    }
    return _ordered(target, "DeleteCertificate", {"certificateHashData": hash_data}, None)


@api.route("POST /stations/{station_id}/certificates/renewal", {HTTPStatus.ACCEPTED: Call}, UNKNOWN | NOT_NOW)
def renew_certificate(station_id: StationId, wanted: Renewal, idempotency_key: IdempotencyKey = None) -> Response[Call]:
    """Have a station ask for a new certificate of its own.

    The answer is the call that asks it to; its request comes next, and once it is signed the certificate is brought.
    """
    target = command.target(station_id)
    if target.ocpp_version != "1.6":
        payload = {"requestedMessage": TRIGGERS[wanted.certificate_type]}
        return _ordered(target, "TriggerMessage", payload, idempotency_key)
    if wanted.certificate_type != "ChargingStationCertificate":
        raise Invalid("A station of OCPP 1.6 has no other than its own", path="certificate_type")
    payload = {"requestedMessage": "SignChargePointCertificate"}
    return _ordered(target, "ExtendedTriggerMessage", payload, idempotency_key)


@api.route("GET /stations/{station_id}/certificate-requests", {HTTPStatus.OK: CertificateRequestList}, UNKNOWN)
def list_certificate_requests(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> CertificateRequestList:
    """The certificates that a station has asked for, newest first, and what has become of each.

    Requests that were not in order are not among them; the station's events tell of those.
    """
    found, rest = issued_certificates.requests_page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return CertificateRequestList(items=[request_view(one) for one in found], next_cursor=rest)


@api.route(
    "POST /stations/{station_id}/certificate-requests/{signing_id}/chain",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_REQUEST | HAS_IT,
)
def bring_chain(
    station_id: StationId, signing_id: SigningId, signed: SignedChain, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Bring the certificate that a station has asked for, signed elsewhere. The answer is the call CertificateSigned.

    A request whose station has rejected its certificate, or whose authority has failed, may get another.
    """
    from shared.aws import issuing  # noqa: PLC0415  # what reads certificates takes long to load; only this route does

    promised = idempotency.promise(api, idempotency_key)
    stations.existing(station_id)
    request = issued_certificates.find_request(station_id, signing_id)
    if request is None:
        raise NotFound(f"{station_id} has not asked for {signing_id}")
    brought = request.state in ("issued", "accepted")
    made = command.resume(station_id, request.call_id or "") if brought and promised.is_repeated else None
    if made is None and brought:
        raise Conflict("The request has its certificate")
    if made is None:
        kept = issuing.keep(request, signed.chain, is_ours=False)
        made = issuing.bring(kept, Terms(requested_by=api.caller.principal))
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


def _ordered(target: Target, action: str, payload: Json, idempotency_key: str | None) -> Response[Call]:
    promised = idempotency.promise(api, idempotency_key)
    made: domain.Call | None = None
    if promised.is_repeated:
        made = command.resume(target.station_id, promised.resource_id)
    if made is None:
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        try:
            made = command.of(action).submit(target, payload, terms)
        except Invalid as error:
            named = error.fields.get("errors") or [(error.fields.get("path", ""), error.reason)]
            raise Invalid(error.reason, errors=[(NAMES.get(path, path), reason) for path, reason in named]) from error
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


def _existing(station_id: str, wanted: str) -> HashData:
    """The names of the certificate with an id, by itself or in a chain."""
    for installed in certificates.find_all(station_id):
        for one in installed.certificates:
            for named in (one.hash_data, *one.children):
                if certificate_id(named) == wanted:
                    return named
    raise NotFound(f"{station_id} does not have the certificate {wanted}")
