"""What would have changed a refusal: one sentence for every code that can decline a claim (C6).

The letter's sentence says the rule and the fact; this one says what would have had to be otherwise,
so that a pro knows what an appeal has to show. Filled with the check's facts as the sentences are:
of several wordings the first whose facts are all known is used, and the last asks for none.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from refunds.sentence_parts import Words

REMEDIES: Mapping[str, tuple[Words, ...]] = {
    "window_closed": (
        _("A claim sent by %(closes_at)s."),
        _("A claim sent while the lead could still be refunded."),
    ),
    "too_early": (_("The same claim, sent once every contact step is in your log."),),
    "contact_steps_incomplete": (
        _(
            "A try in your log for each step, on the day that the step is for. If you made one "
            "and did not log it, the list of calls on your phone shows it."
        ),
    ),
    "already_credited": (_("Only a part of the price that had not come back to you yet."),),
    "reason_not_offered": (_("A reason of this program's list that fits what happened."),),
    "reason_not_eligible": (
        _("Something else that was wrong with the lead, and that this program refunds."),
    ),
    "answer_not_eligible": (_("Another answer to that question, if that is what happened."),),
    "explanation_missing": (
        _("A few sentences of yours: what you tried, when, and what you heard."),
    ),
    "details_missing": (_("An answer to each question that this reason asks."),),
    "not_a_duplicate": (
        _("The number of a lead that we delivered to you earlier and that asks for the same."),
    ),
    "original_credited": (_("If you had paid for the earlier lead, this one would come back."),),
    "inside_service_area": (
        _(
            "A job that is somewhere else than the lead says, where your campaign does not cover "
            "it: a message with the right address shows that."
        ),
    ),
    "category_matches": (
        _(
            "Work of a category that your campaign does not take: a message in which the contact "
            "says what they need shows that."
        ),
    ),
    "no_price_difference": (_("A right category that costs less than what you paid."),),
    "hired_after_delivery": (
        _("Something that shows that the work was given away before %(delivered_on)s."),
        _("Something that shows that the work was given away before the lead reached you."),
    ),
    "owner_approval_not_needed": (
        _("Work of a kind that can't be ordered without the owner's approval."),
    ),
    "contact_was_obtained": (_("If the details had never reached you, the fee would come back."),),
    "quote_was_read": (
        _("A quote that you sent and that nobody opened within %(hours)s hours."),
        _("A quote that you sent and that nobody opened in time."),
    ),
    "quote_was_answered": (
        _("A quote that you sent and that nobody answered within %(days)s days."),
        _("A quote that you sent and that nobody answered in time."),
    ),
    "recording_does_not_prove": (
        _("Words on the recording that show it. If we missed them, tell us at which minute."),
    ),
    "contact_contradicts": (_("The contact confirming what you say."),),
    "team_reached_contact": (_("A contact whom our team could not reach either."),),
    "seller_refused": (
        _(
            "Something that the seller has not seen yet, such as a screenshot, a message or a "
            "list of calls."
        ),
    ),
    "claim_not_supported": (
        _(
            "Something that shows it, such as a screenshot, a message from the contact or a list "
            "of calls."
        ),
    ),
    "same_category": (_("Work that belongs to another category than the one that you bought."),),
    "address_only": (
        _("Something wrong besides the street address, such as a number that does not work."),
    ),
    "notes_unclear": (_("Notes that say what you tried, when, and what you heard or saw."),),
    "reason_mismatch": (_("The reason that is meant for what you describe."),),
}
