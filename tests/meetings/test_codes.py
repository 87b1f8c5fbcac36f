from __future__ import annotations

from meetings.codes import ALPHABET, PATTERN, new_code


def test_code_has_sixty_random_bits_and_the_promised_shape() -> None:
    assert len(set(ALPHABET)) ** 12 >= 2**60
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(PATTERN.fullmatch(code) for code in codes)
