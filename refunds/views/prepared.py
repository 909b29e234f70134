"""Checked claims on their way from the preview to the button: signed, so that nothing is kept.

The page carries them. Whichever process gets the button reads them; nobody can change them, nor
send somebody else's.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.core import signing
from django.utils.translation import gettext as _

from accounts.models import User
from refunds.services.bulk import ReadyClaim
from refunds.services.change import RefundError

SALT = "refunds.claims_csv"
KEPT_FOR = timedelta(days=1)


class NotPrepared(RefundError):
    """What was sent is not what a preview of this person's showed, or is too old."""


@dataclass(frozen=True)
class Prepared:
    """The good rows of one upload."""

    upload: UUID
    claims: Sequence[ReadyClaim]

    @classmethod
    def of(cls, claims: Sequence[ReadyClaim]) -> "Prepared":
        """Begin an upload."""
        return cls(uuid4(), claims)


def signed(prepared: Prepared, user: User) -> str:
    """Return the claims as the page carries them."""
    rows = [[claim.line, str(claim.sale_uuid), *astuple(claim)[2:]] for claim in prepared.claims]
    return signing.dumps(
        {"by": user.pk, "upload": str(prepared.upload), "claims": rows}, salt=SALT, compress=True
    )


def prepared_of(text: str, user: User) -> Prepared:
    """Return what ``signed`` made for the same person; raises NotPrepared for anything else."""
    try:
        carried = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.SignatureExpired as error:
        raise NotPrepared(
            _("This preview is more than a day old. Choose the file again.")
        ) from error
    except signing.BadSignature as error:
        raise NotPrepared(_("Nothing was sent. Choose the file again.")) from error
    if carried["by"] != user.pk:
        raise NotPrepared(_("Nothing was sent. Choose the file again."))
    claims = [ReadyClaim(line, UUID(sale), *rest) for line, sale, *rest in carried["claims"]]
    return Prepared(UUID(carried["upload"]), claims)
