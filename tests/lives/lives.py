"""Lives of a program: whatever people and clocks can do, in any order.

Who tries is random too, and many are refused.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
)

from accounts.models import Program
from leads.services import quotes
from leads.services.sell import sell_rows
from refunds.models import (
    ExceptionRequest,
    Finding,
    SellerMessage,
)
from refunds.policy.document import preset_codes
from refunds.services import (
    appeal,
    corrections,
    decide,
    declared,
    exceptions,
    file,
    investigate,
    proactive,
    proposals,
    reverse,
    sellers,
    withdraw,
)
from refunds.services.charging import published_modes
from tests.lives.life import Life, some_are
from tests.lives.world import new_world, row_for

WORDS = "The man who answered said that nobody of that name lives there."
NAMES = UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")
ANYBODY = (0, 1, 2, 3, 4, 5)
# Mostly who may, so that lives go on; now and then somebody who may not.
PRO = st.sampled_from((0, 0, 0, 0, *ANYBODY))
MANAGER = st.sampled_from((2, 2, 2, 2, *ANYBODY))
AGENT = st.sampled_from((3, 3, 4, 4, *ANYBODY))
CHIEF = st.sampled_from((5, 5, 5, *ANYBODY))
ANYBODY_AT_ALL = st.sampled_from(ANYBODY)
WHICH = st.integers(0, 9)
# How far the claims have come when a life begins, where the policy lets them.
FATES = (
    "",
    "found",
    "found approved",
    "found questioned",
    "found asked",
    "declined appealed upheld",
    "declined appealed overturned",
    "declined appealed",
    "declined",
)
WITHOUT_WORDS = (investigate.take, decide.approve, corrections.confirm, withdraw.withdraw)


class Lives(Life):
    """A program in which everybody does as they like."""

    @initialize(
        code=st.sampled_from(preset_codes()),
        reasons=st.lists(WHICH, min_size=len(FATES), max_size=len(FATES)),
    )
    def begin(self, code: str, reasons: list[int]) -> None:
        with time_machine.travel(self.now, tick=False):
            self.world = new_world(code, self.now)
        for sale, (reason, fate) in enumerate(zip(reasons, FATES, strict=True)):
            self.claim(who=0, sale=sale, reason=reason, same_form=True)
            if "found" in fate:
                self.establish(who=3, request=sale, kind="contact_call", result="supports")
            if "questioned" in fate:
                self.ask(who=3, request=sale)
            if "asked" in fate:
                self.ask_the_seller(who=3, request=sale)
            if "approved" in fate:
                self.approve(who=3, request=sale)
            if "declined" in fate:
                self.decline(who=3, request=sale, code=0)
            if "appealed" in fate:
                self.appeal(who=0, request=0)
            if "upheld" in fate:
                self.uphold(who=2, request=0)
            if "overturned" in fate:
                self.overturn(who=2, request=0, cause="")

    # --- What people do ---

    @rule(who=PRO, sale=WHICH, reason=WHICH, same_form=st.booleans())
    def claim(self, who: int, sale: int, reason: int, same_form: bool) -> None:
        chosen, offered = self.sale(sale), self.world.policy.offered
        one = offered[reason % len(offered)]
        answers = {
            "hired_on": "2026-03-01",
            "requested_on": "2026-01-15",
            "corrected_category": "siding",
            "age": "17",
        }
        self.attempt(
            file.file_claim,
            sale_uuid=chosen.uuid,
            actor=self.person(who),
            command_id=uuid5(NAMES, f"{chosen.pk} {0 if same_form else self.steps}"),
            reason=one.code,
            explanation=WORDS,
            details={
                detail.name: detail.choices[0].value
                if detail.choices
                else answers.get(detail.name, "30309")
                for detail in one.details
            },
        )

    @some_are("investigating")
    @rule(
        who=AGENT,
        request=WHICH,
        kind=st.sampled_from(["history", "contact_call"]),
        result=st.sampled_from(Finding.Result.values),
    )
    def establish(self, who: int, request: int, kind: str, result: str) -> None:
        self.step(
            "investigating",
            investigate.add_finding,
            who,
            request,
            kind=Finding.Kind(kind),
            result=Finding.Result(result),
            note="What was found.",
        )

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH)
    def ask(self, who: int, request: int) -> None:
        self.step(
            "investigating",
            investigate.ask_pro,
            who,
            request,
            question="Which number did you dial?",
        )

    @some_are("awaiting_pro")
    @rule(who=PRO, request=WHICH)
    def reply(self, who: int, request: int) -> None:
        self.step("awaiting_pro", investigate.reply, who, request, answer="The one on the lead.")

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH)
    def approve(self, who: int, request: int) -> None:
        self.step("investigating", decide.approve, who, request)

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH, code=WHICH)
    def decline(self, who: int, request: int, code: int) -> None:
        self.step(
            "investigating",
            decide.decline,
            who,
            request,
            codes=[["claim_not_supported", "notes_unclear", "contact_contradicts"][code % 3]],
            note="What the team saw.",
        )

    @some_are("investigating")
    @rule(who=PRO, request=WHICH)
    def withdraw(self, who: int, request: int) -> None:
        self.step("investigating", withdraw.withdraw, who, request)

    @some_are("declined")
    @rule(who=PRO, request=WHICH)
    def appeal(self, who: int, request: int) -> None:
        self.step("declined", appeal.file_appeal, who, request, text="Look again.")

    @some_are("appealed")
    @rule(who=MANAGER, request=WHICH)
    def uphold(self, who: int, request: int) -> None:
        self.step("appealed", appeal.uphold, who, request, sentence="It stays.")

    @some_are("appealed")
    @rule(who=MANAGER, request=WHICH, cause=st.sampled_from(["", "outage"]))
    def overturn(self, who: int, request: int, cause: str) -> None:
        words = {"sentence": "You were right.", "exception_cause": cause}
        self.step("appealed", appeal.overturn, who, request, **words)

    @some_are("approved")
    @rule(who=AGENT, request=WHICH)
    def reverse(self, who: int, request: int) -> None:
        self.step("approved", reverse.reverse, who, request, reason="The contact said otherwise.")

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH)
    def ask_the_seller(self, who: int, request: int) -> None:
        self.step("investigating", sellers.ask, who, request, text="Is this number right?")

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH)
    def ask_the_seller_again(self, who: int, request: int) -> None:
        self.step("investigating", sellers.reappeal, who, request, text="Look again.")

    @some_are("with_seller")
    @rule(
        who=AGENT,
        request=WHICH,
        answer=st.sampled_from([SellerMessage.Answer.AGREES, SellerMessage.Answer.REFUSES]),
    )
    def hear_the_seller(self, who: int, request: int, answer: SellerMessage.Answer) -> None:
        self.step("with_seller", sellers.answer, who, request, answer=answer, text="We looked.")

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH)
    def give_goodwill(self, who: int, request: int) -> None:
        self.step("investigating", decide.approve_as_goodwill, who, request, note="It is proven.")

    @some_are("investigating")
    @rule(who=AGENT, request=WHICH, reason=WHICH)
    def approve_under_another_reason(self, who: int, request: int, reason: int) -> None:
        reasons, details = self.world.policy.reasons, {"corrected_category": "siding"}
        code = reasons[reason % len(reasons)].code
        self.step("investigating", decide.approve, who, request, reason=code, details=details)

    @some_are("approved")
    @rule(who=PRO, request=WHICH)
    def ask_for_reversal(self, who: int, request: int) -> None:
        self.step("approved", reverse.ask, who, request, words="They hired me after all.")

    @some_are("approved")
    @rule(who=MANAGER, request=WHICH, debit_only=st.booleans())
    def reverse_at_wish(self, who: int, request: int, debit_only: bool) -> None:
        self.step(
            "approved",
            reverse.reverse,
            who,
            request,
            reason="As you asked.",
            at_wish=True,
            debit_only=debit_only,
        )

    @some_are("final_approved")
    @rule(who=AGENT, request=WHICH)
    def suspect(self, who: int, request: int) -> None:
        self.step(
            "final_approved", corrections.propose, who, request, reason="The call log was forged."
        )

    @some_are("final_approved")
    @rule(who=CHIEF, request=WHICH)
    def correct(self, who: int, request: int) -> None:
        self.step("final_approved", corrections.confirm, who, request)

    @rule(who=PRO, sale=WHICH)
    def ask_for_exception(self, who: int, sale: int) -> None:
        self.attempt(
            exceptions.ask,
            sale_uuid=self.sale(sale).uuid,
            actor=self.person(who),
            cause="hurricane",
            words="There was no power.",
        )

    @rule(who=MANAGER, sale=WHICH, grants=st.booleans())
    def answer_exception(self, who: int, sale: int, grants: bool) -> None:
        asked = ExceptionRequest.objects.filter(sale=self.sale(sale)).last()
        if asked:
            self.attempt(
                exceptions.grant if grants else exceptions.refuse,
                exception_uuid=asked.uuid,
                actor=self.person(who),
                answer="We looked at the map.",
            )

    @rule(who=AGENT, days=st.integers(1, 20))
    def declare_event(self, who: int, days: int) -> None:
        first = self.now.date()
        self.attempt(
            declared.declare,
            program=Program.objects.get(code=self.world.policy.program),
            actor=self.person(who),
            name="Storm",
            cause="hurricane",
            postal_codes=["303*"],
            starts_on=first,
            ends_on=first + timedelta(days=days - 1),
        )

    @rule(who=AGENT, sale=WHICH, reason=WHICH)
    def credit_proactively(self, who: int, sale: int, reason: int) -> None:
        reasons = self.world.policy.reasons
        self.attempt(
            proactive.credit,
            sale_uuid=self.sale(sale).uuid,
            actor=self.person(who),
            command_id=uuid5(NAMES, f"proactive {self.steps}"),
            established=proactive.Established(
                reason=reasons[reason % len(reasons)].code,
                kind=Finding.Kind.CONTACT_CALL,
                note="The number is not in service.",
            ),
        )

    @rule(who=AGENT, sale=WHICH)
    def dismiss_proposal(self, who: int, sale: int) -> None:
        chosen, actor = self.sale(sale).uuid, self.person(who)
        self.attempt(proposals.dismiss, sale_uuid=chosen, actor=actor, words="It works here.")

    @rule(
        sale=WHICH,
        what=st.sampled_from([quotes.mark_read, quotes.mark_replied, quotes.reveal_contact]),
    )
    def contact_acts(self, sale: int, what: Callable[..., object]) -> None:
        self.attempt(what, sale_uuid=self.sale(sale).uuid, at=self.now)

    @rule(who=ANYBODY_AT_ALL, request=WHICH, service=st.sampled_from(WITHOUT_WORDS))
    def try_out_of_turn(self, who: int, request: int, service: Callable[..., object]) -> None:
        self.step("", service, who, request)

    @rule(who=PRO, sale=WHICH)
    def send_quote(self, who: int, sale: int) -> None:
        self.attempt(quotes.send_quote, sale_uuid=self.sale(sale).uuid, at=self.now)

    @rule(sale=WHICH, to=st.integers(0, 1))
    def sell_to(self, sale: int, to: int) -> None:
        """The contact of a sale comes back with a new lead, which one of the pros buys."""
        with time_machine.travel(self.now, tick=False):
            sell_rows(
                [row_for(self.sale(sale), self.world.pros[to], self.now)],
                now=self.now,
                charge_mode_at=published_modes(),
            )
        self.has_changed = True

    @rule(who=MANAGER, sale=WHICH, reason=WHICH, hours_ago=st.integers(0, 30))
    def tell_the_manager(self, who: int, sale: int, reason: int, hours_ago: int) -> None:
        offered = self.world.policy.offered
        self.attempt(
            file.file_for_pro,
            sale_uuid=self.sale(sale).uuid,
            actor=self.person(who),
            command_id=uuid5(NAMES, f"told {self.steps}"),
            reason=offered[reason % len(offered)].code,
            explanation=WORDS,
            details={},
            reported_at=self.now - timedelta(hours=hours_ago),
        )
