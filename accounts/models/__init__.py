from accounts.models.ledger import LedgerAccount, Transfer
from accounts.models.people import Membership, ServicePro, User
from accounts.models.program import ClosedDay, Program

__all__ = [
    "ClosedDay",
    "LedgerAccount",
    "Membership",
    "Program",
    "ServicePro",
    "Transfer",
    "User",
]
