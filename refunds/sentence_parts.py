"""What a code's sentence is, and what is filled into it: sources, findings, contact steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Sentence:
    """What a code says to the pro, to the team, and to both when no fact is at hand."""

    pro: Words | tuple[Words, ...]
    staff: Words | tuple[Words, ...]
    bare: Words = ""

    @property
    def for_pro(self) -> tuple[Words, ...]:
        """The wordings for the pro, the one that asks for most facts first."""
        return (*_several(self.pro), self.bare)

    @property
    def for_staff(self) -> tuple[Words, ...]:
        """The wordings for the team, likewise."""
        return (*_several(self.staff), self.bare)


def _several(words: Words | tuple[Words, ...]) -> tuple[Words, ...]:
    return words if isinstance(words, tuple) else (words,)


SOURCES: Mapping[str, str | Promise] = {
    "clock": _("The date of delivery and the date of your claim"),
    "books": _("Our records of this lead and your campaign"),
    "claim": _("What the claim says"),
    "contact_log": _("The log of contact attempts"),
    "team": _("Our verification team"),
    "contact": _("What the contact told our team"),
    "recording": _("The recording of the call"),
    "seller": _("The answer of the lead's seller"),
    "policy": _("The program's rules"),
}

KINDS: Mapping[str, str | Promise] = {
    "history": _("our records of the lead"),
    "recording": _("the recording of the call"),
    "contact_call": _("a call with the contact"),
    "contact_message": _("a message from the contact"),
    "seller_answer": _("the answer of the lead's seller"),
}
"""The kinds of finding, within a sentence."""

STEPS: Mapping[str, str | Promise] = {
    "first_call": _("a first call within minutes of the delivery"),
    "second_call": _("a second call on the day of delivery"),
    "call_day_2": _("a call on day 2"),
    "call_day_3": _("a call on day 3"),
    "message": _("a text or an e-mail"),
    "nobody_reached": _("nobody reached"),
}
