"""What payments are made of on the wire of OCPP 2.1."""

from typing import Any

from shared.domain.payments import Company


def address_21(company: Company) -> dict[str, Any]:
    """An AddressType."""
    given = {
        "name": company.name,
        "address1": company.address1,
        "address2": company.address2,
        "city": company.city,
        "postalCode": company.postal_code,
        "country": company.country,
    }
    return {name: text for name, text in given.items() if text is not None}


def company_of(address: Any) -> Company | None:
    """The company of an AddressType."""
    if address is None:
        return None
    return Company(address.name, address.address1, address.city, address.country, address.address2, address.postal_code)
