"""The seeded world, and what the crawl needs besides: drafts, mails, and ways to sign in."""

from hashlib import sha256
from pathlib import Path
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.management import call_command
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts import access
from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services import bulk, drafts, outbox, policies
from refunds.uploads import CleanFile

PRO = "pro@conxpros.example"
SECOND_PRO = "second@conxpros.example"
AIQOO = "pro@aiqoo.example"
LEGALPLAN = "pro@legalplan.example"
PRO360 = "pro@pro360.example"
MFA_PRO = "second@pro360.example"
VERIFIER = "verifier@makegood.example"
MANAGER = "manager@makegood.example"
UPLOAD = UUID("5b0a6f4e-3c52-4f0e-9d56-6c9c0f2d8a11")  # of several claims at once
WORDS = "A woman answered: she has had the number for years and knows no Harold Boone."


def seed() -> None:
    """Fill the database as `make run` does."""
    access.make_groups()
    policies.load_presets()
    call_command("seed")


def person(email: str) -> User:
    """Return somebody of the seeded world."""
    return User.objects.get(email=email)


def sale(lead: str, email: str) -> LeadSale:
    """Return the sale of a lead to somebody's company."""
    return LeadSale.objects.get(lead__reference=lead, pro__memberships__user__email=email)


def request(lead: str, email: str) -> RefundRequest:
    """Return the latest request of somebody's company about a lead."""
    found = RefundRequest.objects.filter(sale=sale(lead, email)).order_by("-pk").first()
    assert found is not None, lead
    return found


def begin(lead: str, email: str, reason: str, words: str, *, with_file: bool = False) -> None:
    """Begin a claim, and leave it as a draft."""
    its, actor = sale(lead, email).uuid, person(email)
    drafts.keep(sale_uuid=its, actor=actor, reason=reason, explanation=words)
    if with_file:
        file = CleanFile("call log.pdf", "application/pdf", b"%PDF-1.4 a call log")
        drafts.add_file(sale_uuid=its, actor=actor, file=file)


def mail_folder() -> Path:
    """Where the crawl's mails are."""
    return Path(settings.MAIL_DIR)


def begin_more() -> None:
    """What a crawl sees besides the seeded world: a draft, somebody's second step, and mails."""
    begin("H-20421", PRO, "incorrect_contact", WORDS, with_file=True)
    claim_by_file("H-20425", SECOND_PRO, "incorrect_contact", WORDS)
    protect(person(MFA_PRO))
    outbox.send_due()


def claim_by_file(lead: str, email: str, reason: str, words: str) -> None:
    """File a claim as a row of a file."""
    claim = bulk.ReadyClaim(2, sale(lead, email).uuid, lead, reason, words, {})
    [sent] = bulk.send(upload=UPLOAD, actor=person(email), claims=[claim])
    assert sent.refusal == ""


def protect(user: User) -> None:
    """Give somebody codes from an app, recovery codes and a passkey."""
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    key = ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})
    given = AttestedCredentialData.create(Aaguid.NONE, b"a phone", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"localhost").digest(), flags, 0, given)
    client = CollectedClientData.create("webauthn.create", b"a challenge", "http://localhost")
    credential = {
        "type": "public-key",
        "id": websafe_encode(b"a phone"),
        "rawId": websafe_encode(b"a phone"),
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            "clientDataJSON": websafe_encode(client),
        },
    }
    kind = Authenticator.Type.WEBAUTHN
    Authenticator.objects.create(
        user=user, type=kind, data={"name": "My phone", "credential": credential}
    )
