"""Recomputes the books and says which promise is broken (design §5). Reads only.

Each check is one question to the database, which answers with the rows that break a promise.
"""

from refunds.services import audit_books, audit_requests

CHECKS = (*audit_books.CHECKS, *audit_requests.CHECKS)


def audit() -> list[str]:
    """Return one line for each broken promise; an empty list means that the books hold."""
    return [line for check in CHECKS for line in check()]
