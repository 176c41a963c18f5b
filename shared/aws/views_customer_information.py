"""The shapes of what stations know of customers in the operator API."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import Printable
from shared.aws.views import View
from shared.domain.certificates import HashData
from shared.domain.customer_information import CustomerQuery
from shared.domain.reports import Report

Hash = Annotated[str, Field(min_length=1, max_length=128), Printable]


class Given(View):
    """Part of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CustomerCertificate(Given):
    """The certificate of a customer's contract, by its hashes (RFC 6960)."""

    hash_algorithm: Literal["SHA256", "SHA384", "SHA512"]
    issuer_name_hash: Hash
    issuer_key_hash: Hash
    serial_number: Annotated[str, Field(min_length=1, max_length=40), Printable]


class CustomerInformationOrder(Given):
    """A customer, named by exactly one of id token, certificate and identifier, and what the station is to do with what
    it knows of him."""

    id_token: Annotated[str, Field(min_length=1, max_length=255), Printable] | None = None
    id_token_type: Annotated[str, Field(min_length=1, max_length=20), Printable] | None = None
    """`ISO14443`, `eMAID` and so on; left out, as the id token has it, or else `ISO14443`."""
    customer_identifier: Annotated[str, Field(min_length=1, max_length=64), Printable] | None = None
    """Whatever names a customer at the station, by agreement with its vendor."""
    certificate: CustomerCertificate | None = None
    report: bool = False
    """Whether to report it. One of the two must be true."""
    clear: bool = False
    """Whether to forget it."""

    def in_domain(self) -> CustomerQuery:
        certificate = HashData(**self.certificate.model_dump()) if self.certificate else None
        return CustomerQuery(
            self.report, self.clear, self.id_token, self.id_token_type, self.customer_identifier, certificate
        )


class CustomerInformation(View):
    """What a station was asked about a customer, and what it told. Who the customer is, its call says."""

    request_id: int
    call_id: str | None
    """The call that asked; null: the station told it unasked."""
    requested_at: dt.datetime
    report: bool | None
    """Whether it was asked for; null: nobody asked."""
    clear: bool | None
    """Whether the station was to forget it."""
    state: Literal["open", "partial", "complete", "empty", "refused"]
    """open: its pages come. partial: the next one is overdue. complete: all have come. empty: there is nothing to
    report. refused: the station does not report it."""
    status: str | None
    """The station's answer: Accepted, Rejected, Invalid, or the code of a CALLERROR."""
    data: str
    """What has come so far, put together, in the station's own form."""


class CustomerInformationList(View):
    """What a station was asked about customers and what it told, the latest first. It is kept for 90 days."""

    items: list[CustomerInformation]
    next_cursor: NextCursor


def information_view(report: Report, parts: list[str], now: dt.datetime) -> CustomerInformation:
    return CustomerInformation(
        request_id=report.request_id,
        call_id=report.call_id,
        requested_at=report.requested_at,
        report=report.asked.get("report"),
        clear=report.asked.get("clear"),
        state="partial" if report.is_partial(now) else report.state,
        status=report.status,
        data="".join(parts),
    )
