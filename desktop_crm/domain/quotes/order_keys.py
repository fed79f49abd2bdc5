"""Order keys: texts that sort, with room between any two, so that a moved line is one changed field and moves merge.

A key is an integer part and a fraction, in the digits 0-9A-Za-z, which sort as they count. The first letter tells the length
of the integer part (a: 2 signs, b: 3 …; Z: 2 signs below zero, Y: 3 …), so that keys put at either end stay short. A
fraction has no zero at its end. The form is the one of the public-domain vectors in `sync/fractional_indexing.json`.
Each new key gets a random suffix, handed in: two laptops that fill one gap get two keys. Rows sort by (key, id).
"""

from __future__ import annotations

from typing import Final

from desktop_crm.foundation.errors import Refusal

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST, _LAST = DIGITS[0], DIGITS[-1]
_VALUE: Final = {digit: value for value, digit in enumerate(DIGITS)}
_SMALLEST: Final = "A" + _FIRST * 26


def key_between(before: str | None, after: str | None, suffix: str = "") -> str:
    """A key above `before` and below `after`; None is the open end. `suffix`: random digits that do not end in 0."""
    for key in (before, after):
        if key is not None:
            _check(key)
    if before is not None and after is not None and before >= after:
        raise Refusal("order_key.not_in_order", before=before, after=after)
    if suffix and (suffix[-1] == _FIRST or any(sign not in _VALUE for sign in suffix)):
        raise Refusal("order_key.suffix", suffix=suffix)
    key = _between(before, after)
    while after is not None and key + suffix >= after:
        key = _between(before, key)
    return key + suffix


def keys_between(before: str | None, after: str | None, count: int, suffix: str = "") -> list[str]:
    """Several keys in order, spread so that none grows long."""
    if count <= 0:
        return []
    if count == 1:
        return [key_between(before, after, suffix)]
    if after is None:
        keys = [key_between(before, None, suffix)]
        while len(keys) < count:
            keys.append(key_between(keys[-1], None, suffix))
        return keys
    middle = key_between(before, after, suffix)
    left = count // 2
    return [*keys_between(before, middle, left, suffix), middle, *keys_between(middle, after, count - left - 1, suffix)]


def _check(key: str) -> None:
    length = _integer_length(key)
    if key == _SMALLEST or len(key) < length or any(sign not in _VALUE for sign in key):
        raise Refusal("order_key.invalid", key=key)
    if len(key) > length and key[-1] == _FIRST:
        raise Refusal("order_key.invalid", key=key)


def _integer_length(key: str) -> int:
    head = key[:1]
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    if "A" <= head <= "Z":
        return ord("Z") - ord(head) + 2
    raise Refusal("order_key.invalid", key=key)


def _between(before: str | None, after: str | None) -> str:
    if before is None and after is None:
        return "a" + _FIRST
    if before is None:
        return _before(after or "")
    whole, fraction = _split(before)
    if after is None:
        raised = _step(whole, 1)
        return whole + _midpoint(fraction, None) if raised is None else raised
    next_whole, next_fraction = _split(after)
    if whole == next_whole:
        return whole + _midpoint(fraction, next_fraction)
    raised = _step(whole, 1)
    if raised is not None and raised < after:
        return raised
    return whole + _midpoint(fraction, None)


def _before(after: str) -> str:
    whole, fraction = _split(after)
    if whole == _SMALLEST:
        return whole + _midpoint("", fraction)
    if fraction:
        return whole
    lowered = _step(whole, -1)
    if lowered is None:
        raise Refusal("order_key.invalid", key=after)
    return lowered + _midpoint("", None) if lowered == _SMALLEST else lowered


def _split(key: str) -> tuple[str, str]:
    length = _integer_length(key)
    return key[:length], key[length:]


def _step(whole: str, by: int) -> str | None:
    """The integer part one higher or lower; None when there is none."""
    head, digits = whole[0], list(whole[1:])
    overflow, reset = (_LAST, _FIRST) if by > 0 else (_FIRST, _LAST)
    for place in range(len(digits) - 1, -1, -1):
        if digits[place] != overflow:
            digits[place] = DIGITS[_VALUE[digits[place]] + by]
            return head + "".join(digits)
        digits[place] = reset
    if (by > 0 and head == "z") or (by < 0 and head == "A"):
        return None
    if head == "Z" and by > 0:
        return "a" + _FIRST
    if head == "a" and by < 0:
        return "Z" + _LAST
    next_head = chr(ord(head) + by)
    length = _integer_length(next_head)
    return next_head + reset * (length - 1)


def _midpoint(low: str, high: str | None) -> str:
    """A fraction between two fractions; `high` None is one. Shared leading digits are kept, then the halves are taken."""
    if high is not None:
        shared = 0
        while shared < len(high) and (low[shared] if shared < len(low) else _FIRST) == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + _midpoint(low[shared:], high[shared:])
    low_value = _VALUE[low[0]] if low else 0
    high_value = _VALUE[high[0]] if high else len(DIGITS)
    if high_value - low_value > 1:
        return DIGITS[(low_value + high_value + 1) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return DIGITS[low_value] + _midpoint(low[1:], None)
