"""The sentence for every verdict code: one for the pro, one for the team.

``%(name)s`` is filled with the fact that the check rests on. Of several wordings the first whose
facts are all known is used. ``bare`` is what is read where a person gave the ground and no fact
stands beside it. A refusal says the rule, the fact, and what would have changed it (C6).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from refunds.sentence_parts import Sentence
from refunds.team_sentences import TEAM_SENTENCES

SENTENCES: Mapping[str, Sentence] = {
    "window_closed": Sentence(
        pro=_(
            "Refunds for this lead could be asked for until %(closes_at)s; a claim of "
            "%(submitted_at)s is too late. If something beyond your control kept you from it, "
            "tell your account manager: a person can open the window again."
        ),
        staff=_("The window closed at %(closes_at)s; the claim came at %(submitted_at)s."),
        bare=_("The claim came after the last moment in which this lead could be refunded."),
    ),
    "window_extended": Sentence(
        pro=_(
            "Because of %(events)s this lead can be claimed until %(closes_at)s instead of "
            "%(planned_closes_at)s."
        ),
        staff=_("The window closes at %(closes_at)s instead of %(planned_closes_at)s: %(events)s."),
        bare=_("A declared event made the time to claim this lead longer."),
    ),
    "begun_in_time": Sentence(
        pro=_(
            "You began this claim on %(begun_at)s, before the time for it ended on %(closes_at)s, "
            "and sent it on %(submitted_at)s, within %(grace_hours)s hours of that. So it counts "
            "as in time."
        ),
        staff=_(
            "Begun on %(begun_at)s, in time (%(closes_at)s), and sent within the grace of "
            "%(grace_hours)s hours."
        ),
        bare=_("The claim was begun in time, and completed soon after."),
    ),
    "exception_granted": Sentence(
        pro=_(
            "The time to claim this lead ended on %(closes_at)s, and you were granted an "
            "exception: %(cause)s."
        ),
        staff=_("Late by the clock (%(closes_at)s), in time by a granted exception: %(cause)s."),
        bare=_("You were granted an exception to the time in which this lead could be claimed."),
    ),
    "too_early": Sentence(
        pro=_(
            "It is too early for this claim: some contact steps are still to be made "
            "(%(missing)s). You can file again from %(opens_at)s, once they are in your log."
        ),
        staff=_("Contact steps still open: %(missing)s. Can be filed from %(opens_at)s."),
        bare=_("It is too early for this claim: contact steps are still to be made."),
    ),
    "contact_steps_incomplete": Sentence(
        pro=_(
            "A lead comes back because nobody answered once every contact step was made on its "
            "day. Your log lacks: %(missing)s. What a day lacks can't be made up on another."
        ),
        staff=_("Contact steps missing, and not all can still be made: %(missing)s."),
        bare=_(
            "A lead comes back because nobody answered once every contact step was made on its day."
        ),
    ),
    "already_credited": Sentence(
        pro=_(
            "%(credited_cents)s was given back for this lead before, so there is nothing left "
            "to give back. The credit is among your transactions."
        ),
        staff=_("The sale was credited in full before: %(credited_cents)s."),
        bare=_("This lead was credited before, so there is nothing left to give back."),
    ),
    "reason_not_offered": Sentence(
        pro=_("This program has no such reason for this lead. Choose one from the list."),
        staff=_("The program has no reason “%(reason)s”."),
        bare=_("What you describe is none of the reasons that this program refunds."),
    ),
    "reason_not_eligible": Sentence(
        pro=_(
            "“%(label)s” is not refunded in this program. %(why)s If something else was wrong "
            "with the lead, tell us that."
        ),
        staff=_("“%(label)s” is a reason that the program never credits."),
        bare=_("This is not refunded in this program."),
    ),
    "answer_not_eligible": Sentence(
        pro=(
            _(
                "“%(label)s” needs a day at least %(days_before)s days before the lead reached "
                "you, which was on %(delivered_on)s. By your answer it was %(answer)s."
            ),
            _("“%(label)s” needs an answer below %(below)s, and yours is %(answer)s."),
            _(
                "“%(label)s” is not refunded where the answer is “%(answer)s”. %(why)s If that "
                "answer is not what happened, tell us what did."
            ),
        ),
        staff=(
            _("The answer %(answer)s is not %(days_before)s days before %(delivered_on)s."),
            _("The answer is %(answer)s, which is not below %(below)s."),
            _("The claim's own answer, “%(answer)s”, rules the reason out."),
        ),
        bare=_("By your own answer this reason does not hold for this lead."),
    ),
    "explanation_missing": Sentence(
        pro=_(
            "Tell us in at least %(min_length)s characters what happened: what you tried, when, "
            "and what you heard."
        ),
        staff=_("The explanation has %(length)s characters; at least %(min_length)s are needed."),
        bare=_("The claim came without an explanation that we could check."),
    ),
    "details_missing": Sentence(
        pro=_("This reason asks for what your claim does not say yet: %(labels)s"),
        staff=_("Details that the reason asks for are missing: %(labels)s."),
        bare=_("Something that this reason asks for was not given."),
    ),
    "not_a_duplicate": Sentence(
        pro=_(
            "We looked through the leads that we delivered to you in the %(days)s days before "
            "this one and found none that counts as the same. If you know the number of one, "
            "tell us the number."
        ),
        staff=_("No earlier sale of the same kind in %(days)s days."),
        bare=_("We found no earlier lead of ours that is the same as this one."),
    ),
    "original_credited": Sentence(
        pro=(
            _(
                "The earlier lead %(earlier_lead)s of %(earlier_sold_at)s is the same, but you "
                "don't pay for that one; of two leads that are the same, one is paid for."
            ),
            _(
                "The earlier lead of %(earlier_sold_at)s is the same, but you don't pay for "
                "that one; of two leads that are the same, one is paid for."
            ),
        ),
        staff=(
            _("The earlier sale, %(earlier_lead)s of %(earlier_sold_at)s, is not paid for itself."),
            _("The earlier sale of %(earlier_sold_at)s is not paid for itself."),
        ),
        bare=_("You don't pay for the earlier lead, so this one is the one that you paid for."),
    ),
    "inside_service_area": Sentence(
        pro=_(
            "The postal code %(postal_code)s is one that your campaign covers. This reason is for "
            "a job whose own postal code it does not cover."
        ),
        staff=_("The campaign covers %(postal_code)s."),
        bare=_("The job is in the area that your campaign covers."),
    ),
    "category_matches": Sentence(
        pro=_(
            "The lead is for “%(category)s”, which your campaign takes. A campaign buys whole "
            "categories, also where a task within one is not your kind of work."
        ),
        staff=_("The campaign takes the category “%(category)s”."),
        bare=_("The lead's category is one that your campaign takes."),
    ),
    "no_price_difference": Sentence(
        pro=_(
            "A lead for “%(category)s” costs %(corrected_price_cents)s, and you paid "
            "%(price_cents)s: there is no difference to give back."
        ),
        staff=_(
            "The corrected category costs %(corrected_price_cents)s; %(price_cents)s was paid."
        ),
        bare=_("The right category costs as much or more: there is no difference to give back."),
    ),
    "hired_after_delivery": Sentence(
        pro=_(
            "Somebody was hired on %(hired_on)s, and the lead reached you on %(delivered_on)s. "
            "We refund where the work was given away before we delivered the lead."
        ),
        staff=_("Hired on %(hired_on)s, delivered on %(delivered_on)s."),
        bare=_("The work was given away only after the lead had reached you."),
    ),
    "owner_approval_not_needed": Sentence(
        pro=_(
            "Work of the kind “%(category)s” can be ordered without the owner's approval. This "
            "reason is for work that needs it."
        ),
        staff=_("“%(category)s” needs no owner's approval."),
        bare=_("This kind of work can be ordered without the owner's approval."),
    ),
    "contact_was_obtained": Sentence(
        pro=_(
            "You have had the contact's details since %(contact_revealed_at)s. This reason is for "
            "details that never reached you."
        ),
        staff=_("The contact was revealed at %(contact_revealed_at)s."),
        bare=_("You have the contact's details."),
    ),
    "quote_was_read": Sentence(
        pro=(
            _(
                "Your quote was opened at %(read_at)s. The fee comes back for a quote that nobody "
                "opens within %(hours)s hours."
            ),
            _(
                "Your quote can still be opened until %(due_at)s. The fee comes back by itself if "
                "nobody does."
            ),
            _(
                "You sent no quote for this lead. The fee comes back for a quote that nobody opens "
                "within %(hours)s hours."
            ),
        ),
        staff=(
            _("The quote was read at %(read_at)s."),
            _("The %(hours)s hours of the quote have not passed: they end at %(due_at)s."),
            _("There is no quote."),
        ),
        bare=_("Your quote was read."),
    ),
    "quote_was_answered": Sentence(
        pro=(
            _(
                "Your quote was answered at %(replied_at)s. The fee comes back for a quote that "
                "nobody answers within %(days)s days."
            ),
            _(
                "Your quote can still be answered until %(due_at)s. The fee comes back by itself "
                "if nobody does."
            ),
            _(
                "You sent no quote for this lead. The fee comes back for a quote that nobody "
                "answers within %(days)s days."
            ),
        ),
        staff=(
            _("The quote was answered at %(replied_at)s."),
            _("The %(days)s days of the quote have not passed: they end at %(due_at)s."),
            _("There is no quote."),
        ),
        bare=_("Your quote was answered."),
    ),
    "duplicate_confirmed": Sentence(
        pro=(
            _(
                "We delivered the same lead to you before: "
                "%(earlier_lead)s, on %(earlier_sold_at)s."
            ),
            _("We delivered the same lead to you before, on %(earlier_sold_at)s."),
        ),
        staff=(
            _("Our books show the same lead: %(earlier_lead)s, sold at %(earlier_sold_at)s."),
            _("Our books show the same lead, sold at %(earlier_sold_at)s."),
        ),
    ),
    "outside_service_area": Sentence(
        pro=_("The postal code %(postal_code)s is outside the area of your campaign."),
        staff=_("The campaign does not cover %(postal_code)s."),
    ),
    "category_not_subscribed": Sentence(
        pro=_("“%(category)s” is not among the categories of your campaign."),
        staff=_("The campaign does not take “%(category)s”."),
    ),
    "price_difference_due": Sentence(
        pro=_(
            "Your campaign takes “%(category)s” as well, which costs %(corrected_price_cents)s. "
            "You paid %(price_cents)s, so you get the difference."
        ),
        staff=_(
            "The campaign takes the corrected category “%(category)s”: "
            "%(price_cents)s was paid, %(corrected_price_cents)s is its price."
        ),
    ),
    "corrected_price_unknown": Sentence(
        pro=_(
            "Your campaign takes “%(category)s” as well, but it had no price when you bought this "
            "lead, so our team looks at the amount."
        ),
        staff=_(
            "The campaign takes the corrected category “%(category)s”, which had no price at the "
            "sale: an approval credits the whole price."
        ),
    ),
    "contact_steps_complete": Sentence(
        pro=_("Every contact step is in your log."),
        staff=_("Every contact step is on record, the last at %(completed_at)s."),
        bare=_("Every contact step is in your log."),
    ),
    "quote_unread": Sentence(
        pro=_("Your quote of %(sent_at)s was not read within %(hours)s hours."),
        staff=_("The quote of %(sent_at)s was not read within %(hours)s hours."),
    ),
    "quote_unanswered": Sentence(
        pro=_("Your quote of %(sent_at)s was not answered within %(days)s days."),
        staff=_("The quote of %(sent_at)s was not answered within %(days)s days."),
    ),
    "contact_not_obtained": Sentence(
        pro=_("You never got the contact's details."),
        staff=_("The contact was never revealed to the pro."),
    ),
    "needs_verification": Sentence(
        pro=_("Our verification team looks into it."),
        staff=_("Still needed: a finding of the team's own that supports the claim."),
    ),
    "needs_recording": Sentence(
        pro=_("Our verification team listens to the recording of the call."),
        staff=_("A live call: listen to the recording and record what it proves."),
    ),
    "recording_does_not_prove": Sentence(
        pro=(
            _(
                "We listened to the recording of the call (%(found_at)s), and it does not show "
                "what you describe. For a live call the recording alone decides."
            ),
            _(
                "We listened to the recording of the call, and it does not show what you "
                "describe. For a live call the recording alone decides."
            ),
        ),
        staff=_("The recording does not prove the claim; nothing else can, for a live call."),
    ),
    "contact_contradicts": Sentence(
        pro=(
            _(
                "The contact told our team something else than the claim says. We approve it all "
                "the same, because: %(override)s"
            ),
            _(
                "The contact told our team something else than the claim says (%(kind)s, "
                "%(found_at)s). If you have it in writing from them, send us that with an appeal."
            ),
            _(
                "The contact told our team something else than the claim says. If you have it in "
                "writing from them, send us that with an appeal."
            ),
        ),
        staff=(
            _("The contact told the team otherwise, which was set aside: %(override)s"),
            _("The contact told the team otherwise: %(kind)s, %(found_at)s."),
            _("The contact told the team otherwise."),
        ),
    ),
    "team_reached_contact": Sentence(
        pro=(
            _("Our team reached the contact on %(at)s, so they can be reached."),
            _("The contact answered our team on %(found_at)s, so they can be reached."),
            _("The contact answered our team (%(kind)s), so they can be reached."),
        ),
        staff=(
            _("The team reached the contact at %(at)s (%(channel)s)."),
            _("The contact answered the team: %(kind)s, %(found_at)s."),
            _("The contact answered the team: %(kind)s."),
        ),
        bare=_("Our team reached the contact, so they can be reached."),
    ),
    "awaiting_seller": Sentence(
        pro=_("We put your case to the seller of the lead, who must agree."),
        staff=_("The seller's answer is missing: put the case to the seller."),
    ),
    "seller_refused": Sentence(
        pro=(
            _(
                "The seller of the lead looked at your case and did not agree to a refund "
                "(%(found_at)s). What they have not seen yet can be put to them again."
            ),
            _(
                "The seller of the lead looked at your case and did not agree to a refund. What "
                "they have not seen yet can be put to them again."
            ),
        ),
        staff=(_("The seller refused: %(found_at)s."), _("The seller refused.")),
    ),
    "seller_agreed": Sentence(
        pro=(
            _("The seller of the lead agreed (%(found_at)s)."),
            _("The seller of the lead agreed."),
        ),
        staff=(_("The seller agreed: %(found_at)s."), _("The seller agreed.")),
    ),
    "verified": Sentence(
        pro=(
            _("We looked into it and could confirm it: %(kind)s, %(found_at)s."),
            _("We looked into it and could confirm it: %(kind)s."),
            _("We looked into it and could confirm it."),
        ),
        staff=(
            _("A finding supports the claim: %(kind)s, %(found_at)s."),
            _("A finding supports the claim."),
        ),
    ),
    **TEAM_SENTENCES,
}
