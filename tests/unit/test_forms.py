"""Forms in which stations send a file."""

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.forms import first_file

HEAD = b"--b\r\ncontent-disposition: form-data; name=x"
FILE = HEAD + b'; filename="a.zip"\r\ncontent-type: application/zip'


@given(content=st.binary(max_size=500), comment=st.text(max_size=20), before=st.booleans())
def test_a_file_is_found_byte_for_byte_in_the_form_of_a_common_client(
    content: bytes, comment: str, before: bool
) -> None:
    request = requests.Request("POST", "http://h/", data={"comment": comment} if before else {}, files={"f": content})
    made = request.prepare()
    assert isinstance(made.body, bytes)
    assert first_file(made.body, str(made.headers["content-type"])) == content


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (FILE + b"\r\n\r\nzip\r\n--b--\r\n", b"zip"),
        (b"preamble\r\n" + FILE + b"\r\n\r\nzip\r\n--b--\r\nepilogue", b"zip"),
        (FILE + b"\r\n\r\n\r\n--b--", b""),
        (FILE + b"\r\n\r\nz\r\n--bb\r\nip\r\n--b--\r\n", b"z\r\n--bb\r\nip"),
        (HEAD + b"\r\n\r\nonly\r\n--b--\r\n", b"only"),
        (b"--b\r\n\r\nwithout a head\r\n--b--\r\n", b"without a head"),
        (HEAD + b"\r\n\r\n1\r\n" + FILE + b"\r\n\r\nzip\r\n--b--\r\n", b"zip"),
        (HEAD + b"\r\n\r\n1\r\n" + HEAD + b"\r\n\r\n2\r\n--b--\r\n", None),
        (FILE + b"\r\n\r\nis cut off", None),
        (b"", None),
    ],
)
def test_of_several_parts_the_first_that_names_a_file_counts(body: bytes, expected: bytes | None) -> None:
    assert first_file(body, 'multipart/form-data; boundary="b"') == expected


def test_a_form_without_a_boundary_holds_nothing() -> None:
    assert first_file(FILE + b"\r\n\r\nzip\r\n--b--\r\n", "multipart/form-data") is None


def test_what_is_no_form_is_the_file_itself() -> None:
    assert first_file(b"--b\r\n", "application/octet-stream") == b"--b\r\n"
    assert first_file(b"--b\r\n", "") == b"--b\r\n"
