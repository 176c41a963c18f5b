"""What drivers are told of their tariff on a station's display (I01, I06), and by stations of 2.1 the tariff itself."""

import datetime as dt
from typing import Any

from shared.domain.authorization import IdToken
from shared.domain.bills import Bill
from shared.domain.tariffs import Tariff, text_for
from shared.domain.transaction_events import TransactionEvent
from shared.domain.transactions import Transaction
from shared.domain.variables import VariableId
from shared.ocpp.words_tariffs import tariff_21, text_2x
from shared.store import tariffs, tokens, variables

LONGEST_TEXT = {"2.0.1": 512, "2.1": 1024}
PERSONAL_MESSAGE_SIZE = VariableId("DisplayMessageCtrlr", "PersonalMessageSize")
FORMATS_OF_21 = ("QRCODE",)


def of_token(station_id: str, token: IdToken | None, version: str, at: dt.datetime) -> tuple[dict[str, Any], Any]:
    """What an Authorize is answered of the token's own tariff: `({"personalMessage": …}, TariffType)`, each if there is
    one. That of a group is told when a transaction begins: to look it up here would double the cost of an Authorize."""
    if token is None or not token.tariff_id:
        return {}, None
    tariff = tariffs.find(token.tariff_id, consistent=False)
    if tariff is None or (tariff.valid_from and tariff.valid_from > at):
        return {}, None
    text = _text(station_id, tariff, token.language, version)
    return {"personalMessage": text} if text else {}, tariff_21(tariff) if version == "2.1" else None


def with_token(transaction: Transaction, token: IdToken | None, version: str) -> dict[str, Any]:
    """What stands in the idTokenInfo of a TransactionEvent's answer: `{"personalMessage": …}`."""
    text = _of_bill(transaction, token.language if token else None, version)
    return {"personalMessage": text} if text else {}


def updated(transaction: Transaction, event: TransactionEvent, version: str) -> dict[str, Any]:
    """What the answer to the first event after a change of the tariff says: `{"updatedPersonalMessage": …}`."""
    announced = transaction.bill.announced if transaction.bill else None
    if announced is None or announced.seq_no != event.seq_no:
        return {}
    token = tokens.find(transaction.id_token) if transaction.id_token else None
    text = _of_bill(transaction, token.language if token else None, version)
    return {"updatedPersonalMessage": text} if text else {}


def _of_bill(transaction: Transaction, language: str | None, version: str) -> dict[str, Any] | None:
    bill: Bill | None = transaction.bill
    if bill is None or transaction.state == "ended":
        return None
    tariff = tariffs.revision(bill.legs[-1].tariff_id, bill.legs[-1].revision)
    return _text(transaction.station_id, tariff, language, version) if tariff else None


def _text(station_id: str, tariff: Tariff, language: str | None, version: str) -> dict[str, Any] | None:
    if not tariff.descriptions:
        return None
    shown = variables.number(station_id, PERSONAL_MESSAGE_SIZE)
    longest = min(LONGEST_TEXT[version], shown if shown is not None else LONGEST_TEXT[version])
    text = text_for(tariff, language, longest)
    if text is None or not text.content or (version == "2.0.1" and text.format in FORMATS_OF_21):
        return None
    return text_2x(text)
