"""Taking a final credit back: one person proposes, another confirms or dismisses it (X22)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import formats
from refunds.admin import case as case_pages
from refunds.admin import effects, steps
from refunds.admin.correction_forms import ConfirmForm, DismissForm, ProposeForm
from refunds.services import corrections


@steps.get_or_post
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Propose to take the credit back."""
    case = case_pages.find(reference)
    form = ProposeForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        corrections.propose(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            reason=form.cleaned_data["reason"],
        )
        return _("Proposed. Nothing has moved: an administrator has to confirm it.")

    possible = corrections.can_be_proposed(case)
    step = steps.Step("propose_correction", possible, effects.of_correction(case))
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the credit back, as somebody else proposed."""
    case = case_pages.find(reference)
    form = ConfirmForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        corrections.confirm(
            reference=reference, actor=steps.actor(request), expected_version=steps.version(form)
        )
        return _("%(amount)s was taken back from %(pro)s. The letter goes to the pro.") % {
            "amount": formats.money(case.credit_cents, case.program),
            "pro": case.pro,
        }

    correction = corrections.waiting(case)
    shows = {**effects.of_correction(case), "correction": correction}
    step = steps.Step("confirm_correction", correction is not None, shows)
    return steps.page(request, case, form, act, step)


@steps.get_or_post
def dismiss(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the credit stay, against what was proposed."""
    case = case_pages.find(reference)
    form = DismissForm(steps.posted(request), initial={"version": case.version})

    def act() -> str:
        corrections.dismiss(
            reference=reference,
            actor=steps.actor(request),
            expected_version=steps.version(form),
            reason=form.cleaned_data["reason"],
        )
        return _("Dismissed: %(amount)s stays with %(pro)s.") % {
            "amount": formats.money(case.credit_cents, case.program),
            "pro": case.pro,
        }

    correction = corrections.waiting(case)
    shows = {**effects.of_correction(case), "correction": correction}
    step = steps.Step("dismiss_correction", correction is not None, shows)
    return steps.page(request, case, form, act, step)
