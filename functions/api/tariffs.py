"""Tariffs: what charging costs."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from shared.aws import preconditions
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import TariffId
from shared.aws.preconditions import ANOTHER_REVISION, ETAG, IfMatch, etag
from shared.aws.views_tariffs import Tariff, TariffList, TariffSettings, tariff_view
from shared.domain import tariffs as domain
from shared.domain.errors import Invalid, NotFound
from shared.domain.tariff_checks import contradictions
from shared.store import tariffs
from shared.store.dynamodb import ConditionFailed

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such tariff."}

api = handler = Api("tariffs")


@api.route("GET /tariffs", {HTTPStatus.OK: TariffList})
def list_tariffs(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> TariffList:
    """Tariffs, in order."""
    found, rest = tariffs.page(cursor, limit)
    return TariffList(items=[tariff_view(one) for one in found], next_cursor=rest)


@api.route("GET /tariffs/{tariff_id}", {HTTPStatus.OK: Tariff}, UNKNOWN, ETAG)
def get_tariff(tariff_id: TariffId) -> Response[Tariff]:
    """One tariff, as it was put last."""
    return _answer(HTTPStatus.OK, _existing(tariff_id))


@api.route("PUT /tariffs/{tariff_id}", {HTTPStatus.OK: Tariff, HTTPStatus.CREATED: Tariff}, ANOTHER_REVISION, ETAG)
def put_tariff(tariff_id: TariffId, wanted: TariffSettings, if_match: IfMatch = None) -> Response[Tariff]:
    """Create a tariff or replace it.

    Transactions that have begun go on by the revision that they began with; stations of OCPP 2.1 that were given the
    tariff keep what they have until they are given it again.
    """
    revision = _existing(tariff_id, if_match).revision if if_match else None
    is_new = tariffs.find(tariff_id) is None
    tariff = wanted.tariff(tariff_id)
    if wrong := contradictions(tariff):
        raise Invalid("The tariff contradicts itself", errors=[tuple(one) for one in wrong])
    try:
        saved = tariffs.save(tariff, revision=revision)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return _answer(HTTPStatus.CREATED if is_new else HTTPStatus.OK, saved)


@api.route("DELETE /tariffs/{tariff_id}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN | ANOTHER_REVISION)
def delete_tariff(tariff_id: TariffId, if_match: IfMatch = None) -> Response[None]:
    """Remove a tariff.

    What begins from now on is not billed by it, though id tokens, groups and stations may name it; what has begun is.
    """
    try:
        revision = _existing(tariff_id, if_match).revision if if_match else None
        if not tariffs.delete(tariff_id, revision=revision):
            raise _unknown(tariff_id)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return Response(HTTPStatus.NO_CONTENT)


def _existing(tariff_id: str, if_match: str | None = None) -> domain.Tariff:
    """The tariff, if it is there and of the revision asked for."""
    found = tariffs.find(tariff_id)
    preconditions.require(if_match, found.revision if found else None)
    if found is None:
        raise _unknown(tariff_id)
    return found


def _unknown(tariff_id: str) -> NotFound:
    return NotFound(f"There is no tariff {tariff_id}")


def _answer(status: HTTPStatus, tariff: domain.Tariff) -> Response[Tariff]:
    return Response(status, JSON, tariff_view(tariff), {"ETag": etag(tariff.revision)})
