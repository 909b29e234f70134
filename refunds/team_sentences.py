"""The sentences for what only a person says of a claim, with that person's note (C37 to C40)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from refunds.sentence_parts import Sentence

TEAM_SENTENCES: Mapping[str, Sentence] = {
    "claim_not_supported": Sentence(
        pro=_("We looked into it and could not confirm it: %(note)s"),
        staff=_("What the team found does not support the claim."),
        bare=_("We looked into it and could not confirm it."),
    ),
    "same_category": Sentence(
        pro=_(
            "The work belongs to the category that you bought, also where it is not work that you "
            "offer or a kind of property that you serve: %(note)s"
        ),
        staff=_("The task belongs to the category of the lead."),
        bare=_("The work belongs to the category that you bought."),
    ),
    "address_only": Sentence(
        pro=_(
            "All that is wrong is the street address, and a lead can be sent without a right one: "
            "%(note)s"
        ),
        staff=_("Nothing but the street address is wrong."),
        bare=_("All that is wrong is the street address."),
    ),
    "notes_unclear": Sentence(
        pro=_("From what you wrote we can't tell why the lead should be refunded: %(note)s"),
        staff=_("The notes don't let us determine the reason."),
        bare=_("From what you wrote we can't tell why the lead should be refunded."),
    ),
    "reason_mismatch": Sentence(
        pro=_("What you describe is not what the chosen reason is for: %(note)s"),
        staff=_("The description does not match a reason of the policy."),
        bare=_("What you describe is not what the chosen reason is for."),
    ),
}
