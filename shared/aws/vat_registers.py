"""Who says whether a VAT number is valid: nobody (its form must do), VIES of the European Commission, or tests."""

import json
import re

from shared.aws import outside
from shared.aws.outside import Unreachable
from shared.domain.payments import Company
from shared.domain.vat_numbers import OF_VIES, VatAnswer, VatRegister, by_form, parts
from shared.settings import settings

VIES = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
LONGEST = {"name": 50, "address1": 100, "city": 100, "country": 50}
CITY = re.compile(r"(?P<postal_code>[A-Z]{0,2}-?\d[\dA-Z -]{2,8}?)\s+(?P<city>\D.*)")


def register() -> VatRegister:
    """The register of this stage."""
    return {"vies": by_vies, "test": for_tests}.get(settings().vat_register, by_form)


def by_vies(vat_number: str) -> VatAnswer:
    """Countries outside of the European Union are judged by form."""
    found = parts(vat_number)
    if found is None or found[0] not in OF_VIES:
        return by_form(vat_number)
    body = json.dumps({"countryCode": found[0], "vatNumber": found[1]}).encode()
    try:
        said = json.loads(outside.fetch(VIES, body=body, content_type="application/json"))
    except (Unreachable, ValueError):
        return VatAnswer(False, reason="NoService")
    if not isinstance(said, dict) or not isinstance(said.get("valid"), bool):
        return VatAnswer(False, reason="NoService")
    return VatAnswer(said["valid"], _company(found[0], said.get("name"), said.get("address")))


def for_tests(vat_number: str) -> VatAnswer:
    """Every number that can be, unless it ends with 0, is one company's."""
    if parts(vat_number) is None or vat_number.endswith("0"):
        return VatAnswer(False)
    return VatAnswer(True, Company("Test Company", "1 Test Street", "Testville", vat_number[:2].upper()))


def _company(country: str, name: object, address: object) -> Company | None:
    """The company that VIES names; several countries do not tell (`---`), and how they write addresses differs."""
    if not isinstance(name, str) or not isinstance(address, str) or not name.strip("- ") or not address.strip("- "):
        return None
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    last = CITY.fullmatch(lines[-1]) if len(lines) > 1 else None
    if last is None:
        return None
    return Company(
        name.strip()[: LONGEST["name"]],
        lines[0][: LONGEST["address1"]],
        last["city"][: LONGEST["city"]],
        country,
        postal_code=last["postal_code"][:20],
    )
