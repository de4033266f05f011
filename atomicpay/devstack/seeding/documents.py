"""CPF and CNPJ numbers whose check digits are right.

Both are weighted sums modulo 11. Since July 2026 the first twelve places of a CNPJ may hold letters, which
count as their ASCII code minus 48 (IN RFB 2.229/2024).
"""

import random
import string

_CPF_WEIGHTS = range(10, 1, -1)
_CNPJ_WEIGHTS = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def make_cpf(chance: random.Random) -> str:
    """Eleven digits, unmasked."""
    number = "".join(chance.choices(string.digits, k=9))
    for weights in (_CPF_WEIGHTS, (11, *_CPF_WEIGHTS)):
        number += _check_digit(number, weights)
    return number


def make_cnpj(chance: random.Random, *, letters: bool = False) -> str:
    """Fourteen places, unmasked, of the first establishment of a company."""
    number = "".join(chance.choices(string.digits + string.ascii_uppercase * letters, k=8)) + "0001"
    for weights in (_CNPJ_WEIGHTS, (6, *_CNPJ_WEIGHTS)):
        number += _check_digit(number, weights)
    return number


def mask_cpf(number: str) -> str:
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def mask_cnpj(number: str) -> str:
    return f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"


def _check_digit(number: str, weights: tuple[int, ...] | range) -> str:
    total = sum((ord(place) - 48) * weight for place, weight in zip(number, weights, strict=True))
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)
