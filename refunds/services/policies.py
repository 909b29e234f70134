"""Policies as versions: drafted, published with a date, and then never changed.

A lead keeps the version of its sale, so what is published holds for leads to come only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats, ledger
from accounts.models import Program, User
from refunds.documents import policy_of
from refunds.models import PolicyVersion
from refunds.policy import yamlfile
from refunds.policy.document import Policy, PolicyError, load_preset, parse, preset_codes
from refunds.policy.moments import at_local_time
from refunds.services.change import RefundError, ensure_lead

# A program's first policy also covers what was sold before it was loaded.
SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)

# Balances, prices and stored days rest on these: a new version can't have others.
LASTING = ("time_zone", "currency", "currency_decimals", "country", "subdivision")
# The program's row takes these over from the version in force (``bring_into_force``).
TAKEN_OVER = ("name", "locale", "charge_mode")


class DocumentRefused(RefundError):
    """A document that doesn't hold; its lines are "path: reason"."""


class NotPublished(RefundError):
    """A version that can't be published, or not from that instant on."""


@dataclass(frozen=True)
class Written:
    """A document as somebody wrote it: YAML, and what to call it when it is refused."""

    name: str
    text: str


def load_presets() -> list[str]:
    """Create the programs of the presets that are missing, each with its accounts and policy.

    Programs that have a policy are left as they are. Returns the codes of those that were new.
    """
    return [code for code in preset_codes() if _load(load_preset(code))]


@transaction.atomic
def load(documents: Sequence[Written], *, starts_on: date | None) -> list[PolicyVersion]:
    """Draft the documents of an operator, or publish them from a day of their own zone on.

    All or none: raises DocumentRefused and NotPublished. A program that is new is created.
    """
    versions = []
    for written in documents:
        policy = _read(written)
        _program_of(policy)
        version = _draft(policy, author=None)
        if starts_on is not None:
            starts_at = at_local_time(starts_on, time.min, policy.zone)
            version = _publish(version.pk, effective_from=starts_at, author=None)
        versions.append(version)
    return versions


@transaction.atomic
def draft(*, program_code: str, text: str, author: User) -> PolicyVersion:
    """Keep a document as a draft of a program; it binds nobody until it is published.

    Raises NotAllowed, Program.DoesNotExist, and DocumentRefused with the path of each problem.
    """
    ensure_lead(author)
    program = Program.objects.get(code=program_code)
    policy = _read(Written(program_code, text))
    if policy.program != program.code:
        raise DocumentRefused(f"program: {policy.program!r} is not {program.code!r}")
    return _draft(policy, author=author)


@transaction.atomic
def publish(*, version_pk: int, effective_from: datetime, author: User) -> PolicyVersion:
    """Publish a draft: from that instant on it holds for every lead that is sold, for good.

    Raises NotAllowed, PolicyVersion.DoesNotExist, DocumentRefused where it would change what
    money and days rest on, and NotPublished.
    """
    ensure_lead(author)
    return _publish(version_pk, effective_from=effective_from, author=author)


def bring_into_force() -> int:
    """Let each program's row take over what the version in force says now; idempotent.

    A new way of charging so begins with its version and not with the publishing. Returns how many
    programs changed.
    """
    return sum(_bring_into_force(program) for program in Program.objects.order_by("pk"))


@transaction.atomic
def _load(policy: Policy) -> bool:
    program = _program_of(policy)
    if PolicyVersion.objects.filter(program=program).exists():
        return False
    PolicyVersion.objects.create(
        program=program,
        document=policy.model_dump(mode="json"),
        effective_from=SINCE_EVER,
        published_at=timezone.now(),
    )
    return True


def _read(written: Written) -> Policy:
    try:
        data = yamlfile.read(written.text)
        if not isinstance(data, dict):
            raise PolicyError("not a mapping")
        return parse(data)
    except (yamlfile.UnreadableYAML, PolicyError) as error:
        lines = str(error).splitlines()
        raise DocumentRefused("\n".join(f"{written.name}: {line}" for line in lines)) from error


def _program_of(policy: Policy) -> Program:
    kept = {name: getattr(policy, name) or "" for name in (*LASTING, *TAKEN_OVER)}
    kept["currency_decimals"] = policy.currency_decimals
    program, _created = Program.objects.get_or_create(code=policy.program, defaults=kept)
    ledger.open_program_accounts(program)
    return program


def _draft(policy: Policy, *, author: User | None) -> PolicyVersion:
    program = Program.objects.get(code=policy.program)
    _ensure_lasting(policy, program)
    return PolicyVersion.objects.create(
        program=program,
        document=policy.model_dump(mode="json"),
        effective_from=timezone.now(),
        author=author,
    )


def _ensure_lasting(policy: Policy, program: Program) -> None:
    changed = [
        name for name in LASTING if (getattr(policy, name) or "") != (getattr(program, name) or "")
    ]
    if changed:
        raise DocumentRefused(
            "\n".join(
                _("%(path)s: stays %(value)s, because balances, prices and dates rest on it")
                % {"path": name, "value": repr(getattr(program, name))}
                for name in changed
            )
        )


def _publish(version_pk: int, *, effective_from: datetime, author: User | None) -> PolicyVersion:
    found = PolicyVersion.objects.get(pk=version_pk)
    # Lock before reading the other versions: two at once could both be a program's first.
    program = Program.objects.select_for_update().get(pk=found.program_id)
    version = PolicyVersion.objects.get(pk=version_pk)
    if version.published_at is not None:
        raise NotPublished(_("This version was published already: write a new one to change it."))
    _ensure_lasting(policy_of(version), program)
    now = timezone.now()
    _ensure_ahead(program, effective_from, now)
    version.effective_from, version.published_at = effective_from, now
    version.author = author or version.author
    _save(version, program)
    _bring_into_force(program)
    return version


def _ensure_ahead(program: Program, effective_from: datetime, now: datetime) -> None:
    """Refuse what would change the rules of leads that were sold."""
    published = PolicyVersion.objects.filter(program=program, published_at__isnull=False)
    first = published.order_by("effective_from").first()
    if first is None:
        return
    # The first one covers all time before it: an earlier one would take that from it.
    if effective_from <= max(now, first.effective_from):
        raise NotPublished(
            _("Choose a later start: leads that were sold keep the rules of their day.")
        )


def _save(version: PolicyVersion, program: Program) -> None:
    try:
        with transaction.atomic():
            version.save(update_fields=["effective_from", "published_at", "author"])
    except IntegrityError:
        start = formats.instant(version.effective_from, program)
        raise NotPublished(
            _("Another version starts at %(start)s already: choose another start.")
            % {"start": start}
        ) from None


@transaction.atomic
def _bring_into_force(program: Program) -> bool:
    try:
        policy = policy_of(PolicyVersion.objects.in_force(program.pk, timezone.now()))
    except PolicyVersion.DoesNotExist:
        return False
    wanted = {name: getattr(policy, name) for name in TAKEN_OVER}
    rows = Program.objects.filter(pk=program.pk)
    return rows.exclude(**wanted).update(**wanted) == 1
