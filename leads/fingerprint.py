"""When two leads are the same request."""

import hashlib
import unicodedata


def request_fingerprint(*, contact: str, category: str, postal_code: str, street: str) -> str:
    """Return what two leads have in common exactly if they are the same request (A2).

    ``contact`` is the phone as E.164, or the e-mail address where there is no phone. Case, spaces
    and the width of letters make no difference.
    """
    parts = [_plain(part) for part in (contact, category, postal_code, street)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
