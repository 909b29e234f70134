from refunds.models.appeal import Appeal
from refunds.models.correction import Correction
from refunds.models.draft import ClaimDraft, DraftFile
from refunds.models.event import RefundEvent
from refunds.models.evidence import Evidence
from refunds.models.exception import Cause, DeclaredEvent, ExceptionRequest
from refunds.models.finding import Finding
from refunds.models.mail import OutboundMail
from refunds.models.policy_version import PolicyVersion
from refunds.models.proposal import CreditProposal
from refunds.models.rate import Rate
from refunds.models.reminder import ReminderRun
from refunds.models.request import RefundRequest
from refunds.models.seller_case import SellerCase, SellerMessage
from refunds.models.states import State

__all__ = [
    "Appeal",
    "Cause",
    "ClaimDraft",
    "Correction",
    "CreditProposal",
    "DeclaredEvent",
    "DraftFile",
    "Evidence",
    "ExceptionRequest",
    "Finding",
    "OutboundMail",
    "PolicyVersion",
    "Rate",
    "RefundEvent",
    "RefundRequest",
    "ReminderRun",
    "SellerCase",
    "SellerMessage",
    "State",
]
