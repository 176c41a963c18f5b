"""The cost of transactions that run: telling it to stations, and changing the tariff."""

import datetime as dt
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from shared.aws import command, idempotency, orders, pricing
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.parameters import TransactionId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_station_tariffs import CostUpdate, TariffChange, TariffChoice
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.transactions import Transaction
from shared.ocpp.times import wire_time
from shared.ocpp.words_tariffs import tariff_21
from shared.store import tariffs, transactions

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such transaction."}
NOT_RUNNING = UNKNOWN | {HTTPStatus.CONFLICT: "The transaction has ended, or its cost does not allow it."}

api = handler = Api("transaction_costs")


@api.route("POST /transactions/{transaction_id}/cost-updates", {HTTPStatus.ACCEPTED: Call}, NOT_RUNNING)
def send_cost(
    transaction_id: TransactionId, _order: CostUpdate, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Send the cost so far to the station, with CostUpdated, for its display; not in OCPP 1.6.

    With `running_cost` a tariff has it told in the answers to the transaction's events anyway.
    """
    transaction = _running(transaction_id)
    if transaction.total_cost is None:
        raise Conflict("The cost is not known: no tariff applies, or nothing is known of what was used")
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(transaction.station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        payload = {"totalCost": float(transaction.total_cost), "transactionId": transaction.own_id}
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        target = command.target(transaction.station_id)
        made = orders.command_for("CostUpdated", target, path="transaction_id").submit(target, payload, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "PUT /transactions/{transaction_id}/tariff",
    {HTTPStatus.OK: TariffChange, HTTPStatus.ACCEPTED: TariffChange},
    NOT_RUNNING,
)
def change_tariff(transaction_id: TransactionId, wanted: TariffChoice) -> Response[TariffChange]:
    """Go on with another tariff in a transaction that runs; what was used before is billed as it was.

    A station of OCPP 2.1 is asked with ChangeTransactionTariff, and the tariff changes once it has accepted. For any
    other it changes at once.
    """
    transaction = _running(transaction_id)
    tariff = tariffs.find(wanted.tariff_id)
    if tariff is None:
        raise Invalid(f"There is no tariff {wanted.tariff_id}", path="tariff_id")
    if transaction.bill and transaction.bill.currency != tariff.currency:
        raise Conflict(f"The transaction is billed in {transaction.bill.currency}, the tariff is in {tariff.currency}")
    target, call = command.target(transaction.station_id), None
    if target.ocpp_version == "2.1":
        said = tariff_21(tariff)
        if tariff.valid_from:
            said["validFrom"] = wire_time(tariff.valid_from)
        payload = {"transactionId": transaction.own_id, "tariff": said}
        terms = Terms(requested_by=api.caller.principal)
        call = command.of("ChangeTransactionTariff").submit(target, payload, terms)
    else:
        pricing.change_tariff(transaction_id, tariff, dt.datetime.now(dt.UTC))
    change = TariffChange(
        transaction_id=transaction_id,
        tariff_id=tariff.tariff_id,
        tariff_revision=tariff.revision,
        call=call_view(call) if call else None,
    )
    return Response(HTTPStatus.ACCEPTED if call else HTTPStatus.OK, JSON, change)


def _running(transaction_id: str) -> Transaction:
    found = transactions.find(transaction_id)
    if found is None:
        raise NotFound(f"There is no transaction {transaction_id}")
    if found.state != "active":
        raise Conflict("The transaction has ended")
    return found
