from refunds.models.appeal import Appeal
from refunds.models.event import RefundEvent
from refunds.models.evidence import Evidence
from refunds.models.finding import Finding
from refunds.models.mail import OutboundMail
from refunds.models.policy_version import PolicyVersion
from refunds.models.request import RefundRequest, State

__all__ = [
    "Appeal",
    "Evidence",
    "Finding",
    "OutboundMail",
    "PolicyVersion",
    "RefundEvent",
    "RefundRequest",
    "State",
]
