"""Files a claim as the site would, in a process of its own: ``claim.py SALE_UUID E-MAIL``.

Prints the reference and the seconds that the filing took.
"""

import sys
import time
import uuid

import django


def main(sale_uuid: str, email: str) -> None:
    """File the claim of the user with this address."""
    from accounts.models import User  # noqa: PLC0415 (after the apps are ready)
    from refunds.services import file  # noqa: PLC0415
    from tests.factories.refunds import EXPLANATION  # noqa: PLC0415

    actor = User.objects.get(email=email)
    began_at = time.monotonic()
    request = file.file_claim(
        sale_uuid=uuid.UUID(sale_uuid),
        actor=actor,
        command_id=uuid.uuid4(),
        reason="incorrect_contact",
        explanation=EXPLANATION,
        details={},
    )
    print(request.reference, f"{time.monotonic() - began_at:.2f}")  # noqa: T201 (its answer)


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
