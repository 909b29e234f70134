"""A claim that is judged: what is known, what the policy makes of it, each worked out once."""

from dataclasses import dataclass
from datetime import date

from refunds.policy.document import Policy, Reason
from refunds.policy.facts import Facts
from refunds.policy.moments import local_day
from refunds.policy.steps import Progress, progress
from refunds.policy.windows import Window, window


@dataclass(frozen=True)
class Case:
    """What every rule is handed.

    `reason` is None where the program doesn't offer the claim's reason for the sale's kind of
    lead, `steps` where the reason asks for no contact steps. `delivered_on` is a day of the
    program's zone.
    """

    facts: Facts
    policy: Policy
    reason: Reason | None
    delivered_on: date
    window: Window
    steps: Progress | None

    @property
    def is_reported(self) -> bool:
        """Whether somebody reported the lead, so that the window and the notes are theirs to keep.

        Automatic credits (P2) and the team's proactive ones (C23, X32) come without a request.
        """
        reason, channel = self.reason, self.facts.claim.channel
        if reason is None:
            return True
        if reason.automatic or channel == "system":
            return False
        return not (channel == "team" and reason.code in self.policy.proactive_reasons)


def case_of(facts: Facts, policy: Policy) -> Case:
    """Work out what the policy makes of the facts."""
    sale = facts.sale
    reason = policy.reason_for(facts.claim.reason, sale.kind)
    opening = window(policy, sold_at=sale.sold_at, job_date=sale.job_date, events=facts.events)
    return Case(
        facts=facts,
        policy=policy,
        reason=reason,
        delivered_on=local_day(sale.sold_at, policy.zone),
        window=opening,
        steps=progress(facts, policy, reason, opening),
    )
