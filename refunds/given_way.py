"""Why a refusal in whose place another request stands can't be appealed, in words for the pro."""

from django.utils.translation import gettext as _

from refunds.models import RefundRequest, State

Origin = RefundRequest.Origin


def sentence(refusal: RefundRequest) -> str:
    """Say what came of a refusal's sale since, in 1 query; "" where it has not given way."""
    if not refusal.has_given_way:
        return ""
    later = RefundRequest.objects.filter(sale=refusal.sale_id, pk__gt=refusal.pk)
    other = later.exclude(state=State.WITHDRAWN).order_by("-pk").first()
    if other and other.origin == Origin.CLAIM:
        return _(
            "You claimed this lead again since: request %(reference)s stands in its place, and "
            "this one can't be appealed any more."
        ) % {"reference": other.reference}
    if other and other.origin == Origin.PROACTIVE:
        return _("We credited this lead ourselves since, so there is nothing left to appeal.")
    return _("The fee for this lead came back by itself since, so there is nothing left to appeal.")
