"""A policy document in plain words, for the people who are bound by it (A24, X1).

Every sentence is made of what the document says: no program has words of its own in here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import formats
from refunds.models import Cause
from refunds.policy.document import (
    CalendarDays,
    CalendarDaysFromJob,
    Detail,
    Hours,
    MonthEndPlus,
    Policy,
    Reason,
    WindowTerms,
)

PROOFS: Mapping[str, str | Promise] = {
    "duplicate_confirmed": gettext_lazy("that we sold you the same before"),
    "outside_service_area": gettext_lazy("that the lead's postal code is outside your area"),
    "category_not_subscribed": gettext_lazy("that your campaign does not take the lead's category"),
    "quote_unread": gettext_lazy("that nobody opened your quote in time"),
    "quote_unanswered": gettext_lazy("that nobody answered your quote in time"),
    "contact_not_obtained": gettext_lazy("that you never got the contact's details"),
}

CONDITIONS: Mapping[str, str | Promise] = {
    "service_area": gettext_lazy("We compare the job's postal code with those of your campaign."),
    "category": gettext_lazy(
        "We compare whole categories with those of your campaign, not the tasks within them."
    ),
    "authorization": gettext_lazy("Only for work that needs the owner's approval."),
    "hiring": gettext_lazy("Only if that was before the day on which we delivered the lead."),
    "contact_steps": gettext_lazy("Only with every contact step on its day in your log."),
    "contact_obtained": gettext_lazy("Only if the contact's details were never opened to you."),
}


@dataclass(frozen=True)
class Rule:
    """One subject of the rules: its name, and what holds."""

    title: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class ReasonWords:
    """A reason as pros read it: when it counts, what it asks for, what follows."""

    code: str
    label: str
    hint: str
    conditions: Sequence[str]
    needed: Sequence[str]
    asked: Sequence[str]
    evidence: Sequence[str]


@dataclass(frozen=True)
class Group:
    """Some reasons that are answered alike."""

    title: str
    reasons: Sequence[ReasonWords]


def groups_of(policy: Policy) -> list[Group]:
    """Sort the reasons by whether they are refunded: always, if something holds, or never."""
    told = [(reason, _reason(policy, reason)) for reason in policy.reasons]
    eligible = [(reason, words) for reason, words in told if reason.eligible]
    by_itself = [words for reason, words in eligible if reason.automatic]
    claimed = [words for reason, words in eligible if not reason.automatic]
    groups = (
        Group(_("Refunded when it is confirmed"), [one for one in claimed if not one.conditions]),
        Group(_("Refunded under a condition"), [one for one in claimed if one.conditions]),
        Group(_("Comes back by itself"), by_itself),
        Group(_("Never refunded"), [words for reason, words in told if not reason.eligible]),
    )
    return [group for group in groups if group.reasons]


def rules_of(policy: Policy) -> list[Rule]:
    """Say what holds besides the reasons; a subject that the policy leaves out is left out."""
    rules = (
        Rule(_("Until when you can ask"), list(_window(policy))),
        Rule(_("Contact steps"), list(_contact_steps(policy))),
        Rule(_("When we decide"), list(_decision(policy))),
        Rule(_("What is decided at once"), list(_machine(policy))),
        Rule(_("The seller of the lead"), list(seller_terms(policy))),
        Rule(_("Live calls"), list(live_calls(policy))),
        Rule(_("Fees"), list(_fees(policy))),
        Rule(_("What we credit without a claim"), list(_proactive(policy))),
        Rule(_("What happens to a refunded lead"), list(_leads(policy))),
        Rule(_("If you disagree"), list(_appeal(policy))),
        Rule(_("If you were kept from asking"), list(_exception(policy))),
        Rule(_("If a credit turns out to be wrong"), list(_reversal(policy))),
    )
    return [rule for rule in rules if rule.sentences]


def _reason(policy: Policy, reason: Reason) -> ReasonWords:
    return ReasonWords(
        code=reason.code,
        label=reason.label,
        hint=reason.hint,
        conditions=[*conditions_of(policy, reason), *_kinds(reason)] if reason.eligible else [],
        needed=[detail.label for detail in reason.details if detail.is_needed],
        asked=[detail.label for detail in reason.details if not detail.is_needed],
        evidence=reason.evidence,
    )


def conditions_of(policy: Policy, reason: Reason) -> Iterator[str]:
    """Say what else has to hold for a reason to be credited, whatever the kind of lead."""
    for rule in reason.rules:
        yield condition(policy, rule)
    if reason.amount == "price_difference":
        yield _("If your campaign takes the right category as well, you get the difference.")
    if reason.findings_required == "own":
        yield _("Our team has to prove it itself: nobody's word alone is enough.")
    for detail in reason.details:
        yield from answer_conditions(detail)


def _kinds(reason: Reason) -> Iterator[str]:
    if set(reason.lead_kinds) == {"live_call"}:
        yield _("Only for live calls.")
    if set(reason.lead_kinds) == {"web"}:
        yield _("Only for leads from web forms.")


def answer_conditions(detail: Detail) -> Iterator[str]:
    """Say which answers to a question a reason needs."""
    for choice in detail.choices:
        if not choice.eligible:
            yield _("Not if the answer is “%(answer)s”.") % {"answer": choice.label}
    if detail.below is not None:
        yield _("Only if the answer to “%(question)s” is less than %(number)d.") % {
            "question": detail.label,
            "number": detail.below,
        }
    if detail.days_before is not None:
        yield ngettext(
            "Only if the answer to “%(question)s” is at least %(days)d day before the day on which "
            "you got the lead.",
            "Only if the answer to “%(question)s” is at least %(days)d days before the day on "
            "which you got the lead.",
            detail.days_before,
        ) % {"question": detail.label, "days": detail.days_before}


def condition(policy: Policy, rule: str) -> str:
    """Say what a rule of a reason asks for."""
    if rule == "duplicates" and policy.duplicate:
        same = {
            "same_request": _(
                "Only exactly the same request, sold to you at most %(days)d days earlier, charged "
                "and not itself credited."
            ),
            "same_contact_and_category": _(
                "Only the same person in the same category, sold to you at most %(days)d days "
                "earlier, charged and not itself credited."
            ),
        }[policy.duplicate.match]
        return same % {"days": policy.duplicate.days}
    if rule == "quotes":
        return _unread(policy)
    return _unanswered(policy) if rule == "replies" else str(CONDITIONS[rule])


def _window(policy: Policy) -> Iterator[str]:
    yield window_kind(policy.window)
    if not isinstance(policy.window, Hours):
        yield _("The last day ends at 23:59:59, in the time of %(zone)s.") % {
            "zone": formats.zone_name(policy.time_zone)
        }
    if policy.draft_grace_hours:
        yield ngettext(
            "A claim that you begin by then, with what happened written down, is kept as a draft, "
            "and you have %(count)d more hour to complete it: it counts as in time.",
            "A claim that you begin by then, with what happened written down, is kept as a draft, "
            "and you have %(count)d more hours to complete it: it counts as in time.",
            policy.draft_grace_hours,
        ) % {"count": policy.draft_grace_hours}
    else:
        yield _(
            "A claim that you begin is kept as a draft, but it has to be sent by then to be in "
            "time."
        )
    yield explanation_length(policy)


def explanation_length(policy: Policy) -> str:
    """Say how much of what happened a claim has to tell."""
    return ngettext(
        "Tell us in at least %(count)d character what happened.",
        "Tell us in at least %(count)d characters what happened.",
        policy.explanation_min_length,
    ) % {"count": policy.explanation_min_length}


def window_kind(terms: WindowTerms) -> str:
    """Say how long a refund can be asked for."""
    match terms:
        case MonthEndPlus(days=days):
            return _(
                "You can ask up to and including day %(days)d of the month after the one in which "
                "you got the lead."
            ) % {"days": days}
        case CalendarDays(days=days):
            return _(
                "You can ask for %(days)d days after the day on which you got the lead; that day "
                "itself does not count."
            ) % {"days": days}
        case Hours(hours=hours):
            return _("You can ask for %(hours)d hours, to the second, from the sale on.") % {
                "hours": hours
            }
        case CalendarDaysFromJob(days=days):
            return _(
                "You can ask for %(days)d days after the job's date, or after the day on which you "
                "got the lead where it has none."
            ) % {"days": days}


def _contact_steps(policy: Policy) -> Iterator[str]:
    terms = policy.contact_steps
    if terms is None:
        return
    yield _("Call within %(minutes)d minutes, and a second time on the same day.") % {
        "minutes": terms.first_call_max_minutes
    }
    if later := [_("day %(number)d") % {"number": day} for day in terms.days[1:]]:
        yield _("Call again on each of these days: %(days)s.") % {"days": formats.listed(later)}
    yield _("Write once by text or e-mail.")
    yield _(
        "The day of delivery is day 1. A lead that comes before %(starts)s or after %(ends)s, in "
        "the contact's time, counts from the next %(starts)s."
    ) % {"starts": f"{terms.day_starts:%H:%M}", "ends": f"{terms.day_ends:%H:%M}"}


def _decision(policy: Policy) -> Iterator[str]:
    terms = policy.decision
    if terms.target_days == 0:
        yield _("We aim to decide on the day of your claim, or on the next business day.")
    if terms.limit_days > terms.target_days > 0:
        yield _("We aim to decide within %(target)d business days.") % {"target": terms.target_days}
    yield ngettext(
        "We decide within %(limit)d business day at the latest.",
        "We decide within %(limit)d business days at the latest.",
        terms.limit_days,
    ) % {"limit": terms.limit_days}
    yield _(
        "Weekends, public holidays and the days on which we are closed do not count. While we wait "
        "for your answer the clock stands still."
    )
    yield ngettext(
        "If we ask you something, we wait %(days)d business day for your answer. After that we "
        "decide on what we have.",
        "If we ask you something, we wait %(days)d business days for your answer. After that we "
        "decide on what we have.",
        policy.pro_answer_days,
    ) % {"days": policy.pro_answer_days}


def _machine(policy: Policy) -> Iterator[str]:
    if not policy.machine_may_approve:
        yield _("Nothing is approved without a person.")
        return
    proofs = _("; ").join(str(PROOFS[code]) for code in policy.machine_may_approve)
    yield _("We approve at once what our records prove: %(proofs)s.") % {"proofs": proofs}
    yield _("A person decides everything else.")


def seller_terms(policy: Policy) -> Iterator[str]:
    """Say what part the seller of a lead has in the decision."""
    if policy.seller_consent == "none":
        return
    days = {"days": policy.seller_response_days}
    if policy.seller_consent == "required":
        yield _("We put your case to whoever sold us the lead; they have to agree.")
    else:
        yield _("We hear whoever sold us the lead, and decide ourselves.")
    yield (
        ngettext(
            "They have %(days)d business day to answer; after that we decide by the evidence.",
            "They have %(days)d business days to answer; after that we decide by the evidence.",
            policy.seller_response_days,
        )
        % days
    )


def live_calls(policy: Policy) -> Iterator[str]:
    """Say what decides about a live call."""
    if policy.live_calls_by_recording_only:
        yield _("For a live call the recording of the call alone decides.")


def _fees(policy: Policy) -> Iterator[str]:
    if policy.charge_mode == "on_reply":
        yield _("The fee is held when you get the lead, and paid only once the customer replies.")
    if policy.quote_unread_hours:
        yield _unread(policy)
    if policy.quote_unanswered_days:
        yield _unanswered(policy)
    if policy.contact_due_hours:
        yield _(
            "If you have not got the contact's details after %(hours)d hours, the fee comes back."
        ) % {"hours": policy.contact_due_hours}


def _unread(policy: Policy) -> str:
    return _("The fee comes back for a quote that nobody opens within %(hours)d hours.") % {
        "hours": policy.quote_unread_hours
    }


def _unanswered(policy: Policy) -> str:
    return _("The fee comes back for a quote that nobody answers within %(days)d days.") % {
        "days": policy.quote_unanswered_days
    }


def _proactive(policy: Policy) -> Iterator[str]:
    labels = [reason.label for code in policy.proactive_reasons if (reason := policy.reason(code))]
    if labels:
        yield _(
            "If we find one of these ourselves, we credit the lead before you ask: %(what)s."
        ) % {"what": _("; ").join(labels)}


def _leads(policy: Policy) -> Iterator[str]:
    if policy.detaches_refunded_leads:
        yield _("It leaves your account, with the contact's details.")
    closing = [reason.label for reason in policy.reasons if reason.terminates_contact]
    if closing:
        yield _("The customer is shut out and sends no more leads: %(what)s.") % {
            "what": _("; ").join(closing)
        }
    quiet = [reason.label for reason in policy.reasons if reason.do_not_call]
    if quiet:
        yield _("The contact is not to be called any more: %(what)s.") % {
            "what": _("; ").join(quiet)
        }


def _appeal(policy: Policy) -> Iterator[str]:
    yield ngettext(
        "You can appeal a refusal once, for %(days)d day. Your account manager decides, and that "
        "is final.",
        "You can appeal a refusal once, for %(days)d days. Your account manager decides, and that "
        "is final.",
        policy.appeal.days,
    ) % {"days": policy.appeal.days}
    if policy.verified_only:
        yield _("An appeal as well succeeds only with a finding of our team.")


def _exception(policy: Policy) -> Iterator[str]:
    if policy.exception is None:
        return
    causes = _("; ").join(str(Cause(cause).label) for cause in policy.exception.causes)
    yield _("Ask for an exception if one of these kept you from asking in time: %(causes)s.") % {
        "causes": causes
    }
    yield ngettext(
        "A person decides it; it is rare, and gives you %(days)d more day.",
        "A person decides it; it is rare, and gives you %(days)d more days.",
        policy.exception.days,
    ) % {"days": policy.exception.days}


def _reversal(policy: Policy) -> Iterator[str]:
    yield _(
        "For %(days)d days after an approval we can take a credit back if the contact tells us "
        "otherwise. You read why."
    ) % {"days": policy.reversal.days}
