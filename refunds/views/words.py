"""The colour that goes with the word of each state, the same on every page."""

from collections.abc import Mapping

from refunds.models import State

TAGS: Mapping[str, str] = {
    State.SUBMITTED: "info",
    State.INVESTIGATING: "info",
    State.AWAITING_PRO: "warn",
    State.WITH_SELLER: "info",
    State.APPROVED: "good",
    State.DECLINED: "bad",
    State.APPEALED: "info",
    State.FINAL_APPROVED: "good",
    State.FINAL_DECLINED: "bad",
    State.REVERSED: "warn",
    State.WITHDRAWN: "plain",
}
