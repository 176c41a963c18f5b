"""VAT numbers: whether one can be, by the country that it begins with (the forms that VIES takes)."""

import re
from typing import NamedTuple, Protocol

from shared.domain.payments import Company

FORMS = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CH": r"E\d{9}(MWST|TVA|IVA)?",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}",
    "GB": r"(\d{9}|\d{12}|GD[0-4]\d\d|HA[5-9]\d\d)",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])",
    "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"[A-Z0-9+*]{10}\d\d",
    "NO": r"\d{9}(MVA)?",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": r"(\d{9}|\d{12}|GD[0-4]\d\d|HA[5-9]\d\d)",
}
"""By country what follows its two letters; Greece is EL, Northern Ireland XI."""
OF_VIES = frozenset(FORMS) - {"CH", "GB", "NO"}


class VatAnswer(NamedTuple):
    """What a register says of a number."""

    is_valid: bool
    company: Company | None = None
    reason: str | None = None
    """Why it is not known whether it is valid, in a word."""


class VatRegister(Protocol):
    """Something that knows VAT numbers."""

    def __call__(self, vat_number: str) -> VatAnswer: ...


def parts(vat_number: str) -> tuple[str, str] | None:
    """The country and the rest of a number as people write it; None if it cannot be one."""
    plain = re.sub(r"[\s./-]", "", vat_number).upper()
    country, rest = plain[:2], plain[2:]
    form = FORMS.get(country)
    return (country, rest) if form and re.fullmatch(form, rest) else None


def by_form(vat_number: str) -> VatAnswer:
    """The register of those who ask nobody: every number that can be is taken."""
    return VatAnswer(parts(vat_number) is not None)
