"""A hash that is the same in every process and on every machine; Python's own differs from one run to the next.

For choices that shall look random and still be the same each time: a place on a ring, a peer to call. Its 64 bits are
the first of BLAKE2b (Aumasson et al. 2013).
"""

from hashlib import blake2b


def stable_hash(text: str) -> int:
    """64 bits that depend on the text and on nothing else; similar texts have unrelated bits."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
