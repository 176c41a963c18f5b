"""docs/rights.md is what the template says."""

from local.synth import assembly
from tests.proof.page import PAGE, page
from tests.proof.roles import Roles


def test_the_page_of_rights_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(Roles.of_assembly(assembly())), "python -m tests.proof.page"
