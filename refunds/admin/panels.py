"""What the case page shows of the claim, row by row and already in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from refunds import answers, letters
from refunds.admin import labels
from refunds.documents import worded_policy_of
from refunds.models import RefundRequest, State
from refunds.policy.verdict import CheckJSON, Outcome

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, what, by whom, and the words that go with it."""

    at: datetime
    when: str
    what: str
    who: str = ""
    words: str = ""
    side: str = ""


def claim(case: RefundRequest, categories: Mapping[str, str] | None = None) -> Rows:
    """Return the details that the reason asks for, and how the claim came."""
    reason = worded_policy_of(case.policy_version).reason(case.reason)
    asked = reason.details if reason else ()
    told = [one for one in asked if one.expected or one.name in case.details]
    rows: Rows = [
        (one.label, answers.given(one, case.details, case.program, categories)) for one in told
    ]
    names = {one.name for one in asked}
    rows += [(name, str(value)) for name, value in case.details.items() if name not in names]
    filed = _("%(who)s by %(channel)s, %(when)s") % {
        "who": case.filed_by,
        "channel": case.get_channel_display().lower(),
        "when": formats.instant(case.submitted_at, case.program),
    }
    return [*rows, (_("Filed"), filed)]


def grounds(case: RefundRequest, categories: Mapping[str, str]) -> list[dict[str, object]]:
    """Return what the decision rests on; before there is one, what was checked at filing."""
    if case.decided_at is None:
        return checks(case.checks, case, categories)
    is_approval = case.state in (State.APPROVED, State.REVERSED)
    kept = letters.grounds(case.checks, Outcome.APPROVE if is_approval else Outcome.DECLINE)
    return checks(kept, case, categories)


def checks(
    stored: Sequence[CheckJSON], case: RefundRequest, categories: Mapping[str, str] | None = None
) -> list[dict[str, object]]:
    """Return checks as the team reads them; ``categories``: their names, where they are known."""
    policy = worded_policy_of(case.policy_version)
    return [
        {
            "sentence": line.staff_sentence,
            "outcome": labels.outcome(line.outcome),
            "source": line.source,
        }
        for line in letters.lines_for(
            stored, program=case.program, policy=policy, categories=categories
        )
    ]
