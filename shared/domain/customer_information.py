"""What stations know of customers (use cases N09 and N10): asked for, and cleared."""

from typing import NamedTuple

from shared.domain.certificates import HashData


class CustomerQuery(NamedTuple):
    """A customer, named in exactly one way, and what a station is to do with what it knows of him."""

    report: bool
    clear: bool
    id_token: str | None = None
    id_token_type: str | None = None
    customer_identifier: str | None = None
    """Whatever names a customer at the station, by agreement with its vendor."""
    certificate: HashData | None = None
    """Of the customer's contract."""
