"""Meter values of OCPP 1.6 that name a wrong transaction: they are filed under the one that ran on their EVSE as well
(rules S-14, Q-23, Q-24).

Stations go on with the number of a transaction that is over, or name one that never was. Only meter values whose number
is in doubt are looked up as they come (shared/domain/transaction_numbers.py): each that cannot be of the station, and a
few of the others. Where one of these is wrong, those before it come along; what came after the last of them, or where
none of them was looked up, is found at the end of the transaction.
"""

import datetime as dt

from shared.domain.findings import Finding
from shared.domain.metering import last_register_wh
from shared.domain.transaction_numbers import may_be_of
from shared.domain.transactions import Transaction
from shared.store import findings, meter_values, transactions
from shared.store.meter_values import MeterReport


def look_up(report: MeterReport) -> None:
    """File meter values, and those before them with the same number, if that is not of their transaction."""
    if report.number is None or report.inferred:
        return
    named = transactions.find(str(report.number))
    if named and named.station_id != report.station_id:
        named = None
    if named and _covers(named, report):
        return
    code, text = ("Q-23", "of a transaction that has ended") if named else ("Q-24", "of a transaction we do not know")
    finding = Finding(code, "transactionId", f"meter values {text}", str(report.number))
    findings.note(report.station_id, "MeterValues", [finding], report.received_at)
    for running in transactions.recent_of_station(report.station_id):
        if running.state == "active" and running.evse_id == report.evse_id and running.number is not None:
            before = _before(report, named, running)
            for one in (*before, _copy(report, running)):
                meter_values.record(one)
            return


def missing(transaction: Transaction) -> list[MeterReport]:
    """Copies, not yet filed, of the meter values of a transaction that name another of its station's latest. None if
    its last ones name it: then the station knows its number."""
    if transaction.folded is not None or transaction.number is None or transaction.started_at is None:
        return []
    latest = meter_values.latest_of_transaction(transaction.station_id, transaction.number)
    if latest is not None and not latest.inferred:
        return []
    found: list[MeterReport] = []
    for other in transactions.recent_of_station(transaction.station_id):
        number = other.number
        if number is not None and number != transaction.number and may_be_of(transaction.station_id, number):
            found += _unfiled(transaction, number, other, transaction.started_at)
    return found


def last_wh_of(transaction: Transaction) -> int | None:
    """The last reading of a transaction's register that is known, also if it is not filed yet."""
    unfiled = missing(transaction)
    if not unfiled:
        return meter_values.last_wh_of(transaction)
    latest = meter_values.latest_of_transaction(transaction.station_id, transaction.number or 0)
    reports = [*unfiled, latest] if latest else unfiled
    return last_register_wh(max(reports, key=meter_values.begin).values)


def _before(report: MeterReport, named: Transaction | None, running: Transaction) -> list[MeterReport]:
    """Those that came since the last one that was filed. Of numbers that cannot be of the station each one is looked up
    by itself."""
    number = report.number
    if number is None or running.number is None or running.started_at is None:
        return []
    if not may_be_of(report.station_id, number):
        return []
    latest = meter_values.latest_of_transaction(report.station_id, running.number)
    since = meter_values.begin(latest) if latest and latest.inferred else running.started_at
    return [one for one in _unfiled(running, number, named, since) if one != _copy(report, running)]


def _unfiled(transaction: Transaction, number: int, named: Transaction | None, since: dt.datetime) -> list[MeterReport]:
    """Copies of what names another transaction, from this time on, and came from the EVSE of this one while it ran."""
    wrong = [
        _copy(one, transaction)
        for one in meter_values.of_transaction(transaction.station_id, number, since)
        if one.evse_id == transaction.evse_id
        and not one.inferred
        and _covers(transaction, one)
        and not (named and _covers(named, one))
    ]
    if not wrong:
        return []
    filed = {
        meter_values.key(one)
        for one in meter_values.of_transaction(transaction.station_id, transaction.number or 0, since)
    }
    return [one for one in wrong if meter_values.key(one) not in filed]


def _copy(report: MeterReport, transaction: Transaction) -> MeterReport:
    return report._replace(number=transaction.number, inferred=True)


def _covers(transaction: Transaction, report: MeterReport) -> bool:
    """Whether meter values belong to the transaction they name: it runs, or they are from before its end."""
    if transaction.state == "active" or transaction.ended_at is None:
        return True
    return all(value.at <= transaction.ended_at for value in report.values)
