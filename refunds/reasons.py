"""The reason that a request is about, in words."""

from refunds.documents import worded_policy_of
from refunds.models import RefundRequest


def approved_as(request: RefundRequest) -> str:
    """Return the label of the approved reason where the pro claimed another one (X35), else ""."""
    return "" if request.decided_reason in ("", request.reason) else label(request)


def label(request: RefundRequest) -> str:
    """Return the label of the reason that was decided; before that, of the one given."""
    code = request.decided_reason or request.reason
    reason = worded_policy_of(request.policy_version).reason(code)
    return reason.label if reason else code
