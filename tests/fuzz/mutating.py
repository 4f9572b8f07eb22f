"""Makes an input from sound ones: bytes, lines and words changed, moved, doubled and mixed."""

import random
from collections.abc import Callable, Sequence

LONGEST = 20_000
"""Bytes of an input; larger ones tell nothing that smaller ones do not, and take longer."""
Change = Callable[[random.Random, bytearray, Sequence[bytes], Sequence[bytes]], None]


def mutate(chance: random.Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return an input: a seed, changed once or some dozen times, mostly a few."""
    data = bytearray(chance.choice(seeds))
    for _ in range(1 + int(chance.expovariate(0.4))):
        chance.choice(CHANGES)(chance, data, seeds, words)
    return bytes(data[:LONGEST])


def _place(chance: random.Random, data: bytearray) -> int:
    return chance.randint(0, len(data))


def _span(chance: random.Random, data: bytearray) -> slice:
    begin = _place(chance, data)
    return slice(begin, begin + int(chance.expovariate(0.08)))


def flip(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Turn one bit over."""
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def insert(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Put a word of the language somewhere."""
    place = _place(chance, data)
    data[place:place] = chance.choice(words)


def overwrite(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Put a word in the place of others."""
    data[_span(chance, data)] = chance.choice(words)


def delete(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Take some bytes out."""
    del data[_span(chance, data)]


def double(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Say something again, somewhere else, perhaps many times."""
    part = bytes(data[_span(chance, data)])
    place = _place(chance, data)
    data[place:place] = part * (1 if chance.random() < 0.9 else chance.randrange(2, 200))


def swap_lines(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Change the order of two lines, or how far one stands in."""
    lines = bytes(data).split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    if one == other:
        lines[one] = b" " * chance.randrange(9) + lines[one].lstrip(b" ")
    lines[one], lines[other] = lines[other], lines[one]
    data[:] = b"\n".join(lines)


def splice(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Put lines of another input in."""
    lines = chance.choice(seeds).split(b"\n")
    begin = chance.randrange(len(lines))
    part = b"\n".join(lines[begin : begin + chance.randrange(1, 6)])
    own = bytes(data).split(b"\n")
    place = chance.randrange(len(own) + 1)
    own[place:place] = [part]
    data[:] = b"\n".join(own)


def number(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """Make another number of one."""
    digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        place = chance.choice(digits)
        wild = (b"0", b"-1", b"255", b"65536", b"2147483648", b"1e999", b"0x1", b"007", b"1_0")
        data[place : place + 1] = chance.choice(wild)


def cut(
    chance: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]
) -> None:
    """End early."""
    if chance.random() < 0.3:
        del data[_place(chance, data) :]


CHANGES: tuple[Change, ...] = (
    flip, insert, overwrite, delete, double, swap_lines, splice, number, cut,
)  # fmt: skip
