"""Policies as versions: the presets that ship, put into the database once."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.models import Program
from refunds.models import PolicyVersion
from refunds.policy.document import Policy, load_preset, preset_codes

# A program's first policy also covers what was sold before it was loaded.
SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def load_presets() -> list[str]:
    """Create the programs of the presets that are missing, each with its accounts and policy.

    Programs that have a policy are left as they are. Returns the codes of those that were new.
    """
    return [code for code in preset_codes() if _load(load_preset(code))]


@transaction.atomic
def _load(policy: Policy) -> bool:
    program, _created = Program.objects.get_or_create(
        code=policy.program,
        defaults={
            "name": policy.name,
            "time_zone": policy.time_zone,
            "currency": policy.currency,
            "currency_decimals": policy.currency_decimals,
            "country": policy.country,
            "subdivision": policy.subdivision or "",
            "locale": policy.locale,
            "charge_mode": policy.charge_mode,
        },
    )
    ledger.open_program_accounts(program)
    if PolicyVersion.objects.filter(program=program).exists():
        return False
    PolicyVersion.objects.create(
        program=program,
        document=policy.model_dump(mode="json"),
        effective_from=SINCE_EVER,
        published_at=timezone.now(),
    )
    return True
