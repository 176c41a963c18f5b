"""The root certificates that a station has."""

from http import HTTPStatus

from shared.aws.http import Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import StationId
from shared.aws.views_certificates import InstalledCertificatesList, installed_view
from shared.store import certificates, stations

api = handler = Api("station_certificates")


@api.route(
    "GET /stations/{station_id}/certificates",
    {HTTPStatus.OK: InstalledCertificatesList},
    {HTTPStatus.NOT_FOUND: "There is no such station."},
)
def list_certificates(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> InstalledCertificatesList:
    """The root certificates that a station has, as far as its answers have told.

    The call GetInstalledCertificateIds asks it, for one use at a time; InstallCertificate and DeleteCertificate change
    what is known once the station has answered.
    """
    known, rest = certificates.page(station_id, cursor, limit)
    if not known and cursor is None:
        stations.existing(station_id)
    return InstalledCertificatesList(items=[installed_view(one) for one in known], next_cursor=rest)
