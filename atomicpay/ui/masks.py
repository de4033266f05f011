"""Personal documents, emails and phones with only the part shown that tells two people apart."""

_HIDDEN = "•"

# How many characters are left readable at each place, and the punctuation people expect to see around them.
# The CPF's middle six and the CNPJ's last six: Brazil's public registers show the same parts.
_CPF_LENGTH = 11
_CNPJ_LENGTH = 14
_SHORTEST_READABLE = 6


def mask_document(document: str) -> str:
    """A CPF as •••.482.917-••, a CNPJ as ••.•••.•••/0001-91, anything else by its last two characters.

    Takes the stored form: upper-case letters and digits, no punctuation. A document too short to hide
    anything is hidden whole.
    """
    if len(document) == _CPF_LENGTH and document.isdigit():
        return f"{_HIDDEN * 3}.{document[3:6]}.{document[6:9]}-{_HIDDEN * 2}"
    if len(document) == _CNPJ_LENGTH:
        hidden = _HIDDEN * 3
        return f"{_HIDDEN * 2}.{hidden}.{hidden}/{document[8:12]}-{document[12:]}"
    readable = 2 if len(document) >= _SHORTEST_READABLE else 0
    return _HIDDEN * (len(document) - readable) + document[len(document) - readable :]


def mask_email(email: str) -> str:
    """An email as m•••@correio.example: its first letter and where the mailbox is."""
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}{_HIDDEN * 3}{at}{domain}" if at else _HIDDEN * 3


def mask_phone(phone: str) -> str:
    """A phone by its last four digits; one too short to hide anything is hidden whole."""
    digits = "".join(filter(str.isdigit, phone))
    return f"{_HIDDEN * 4} {digits[-4:]}" if len(digits) > _SHORTEST_READABLE else _HIDDEN * 4
