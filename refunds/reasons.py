"""The reason that a request was approved for, in words."""

from refunds.documents import worded_policy_of
from refunds.models import RefundRequest


def approved_as(request: RefundRequest) -> str:
    """Return the label of the approved reason where the pro claimed another one (X35), else ""."""
    if request.decided_reason in ("", request.reason):
        return ""
    reason = worded_policy_of(request.policy_version).reason(request.decided_reason)
    return reason.label if reason else request.decided_reason
