"""Whether the campaign covers where the job is (A4, C12, X11)."""

import re
from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check, proof
from refunds.policy.document import Reason
from refunds.policy.rules.details import given
from refunds.policy.verdict import Check

PROOF = "outside_service_area"
ZIP_PLUS_FOUR = re.compile(r"(\d{5})-\d{4}")


def service_area(case: Case, reason: Reason) -> Iterator[Check]:
    """The code as submitted proves itself; a job elsewhere than submitted needs a person.

    A campaign that names no areas proves nothing either way.
    """
    submitted, areas = case.facts.sale.postal_code, case.facts.pro.postal_codes
    if not areas:
        return
    actual = given(case.facts.claim, reason, "job_postal_code") or submitted
    if not is_covered(submitted, areas):
        approves = PROOF in case.policy.machine_may_approve
        yield proof(PROOF, approves=approves, postal_code=submitted)
    if is_covered(actual, areas):
        yield check("inside_service_area", postal_code=actual)


def is_covered(postal_code: str, areas: tuple[str, ...]) -> bool:
    """Whether one of the areas, an exact code or a prefix that ends in *, covers the code."""
    code = _plain(postal_code)
    return any(_covers(_plain(area), code) for area in areas)


def _covers(area: str, code: str) -> bool:
    return code.startswith(area[:-1]) if area.endswith("*") else code == area


def _plain(code: str) -> str:
    # 30301-1234 lies in 30301: taken for another code it would be credited by itself.
    return ZIP_PLUS_FOUR.sub(r"\1", "".join(code.split()).upper())
