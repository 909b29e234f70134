"""Keeps the files of a request: bytes first, rows in the caller's transaction (trap 16)."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from refunds.models import ClaimDraft, Evidence, RefundRequest
from refunds.uploads import CleanFile


@contextmanager
def stored(files: Sequence[CleanFile]) -> Iterator[list[str]]:
    """Write the files under random names and yield the names; take them away if the block fails.

    Entered outside a transaction, so that no lock is held while bytes are written.
    """
    names: list[str] = []
    try:
        for file in files:
            wanted = f"{uuid.uuid4().hex}{PurePath(file.name).suffix.lower()}"
            names.append(default_storage.save(wanted, ContentFile(file.content)))
        yield names
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise


def attach(
    request: RefundRequest,
    files: Sequence[CleanFile],
    names: Sequence[str],
    *,
    actor: User,
    at: datetime,
) -> None:
    """Record stored files as evidence of a request, inside the caller's transaction."""
    Evidence.objects.bulk_create(
        Evidence(
            request=request,
            file=name,
            original_name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            uploaded_by=actor,
            uploaded_at=at,
        )
        for file, name in zip(files, names, strict=True)
    )


def take_over(request: RefundRequest, draft: ClaimDraft, *, at: datetime) -> None:
    """Make the files of a draft evidence of the request that it became, where they are stored."""
    Evidence.objects.bulk_create(
        Evidence(
            request=request,
            file=kept.file.name,
            original_name=kept.original_name,
            content_type=kept.content_type,
            size=kept.size,
            sha256=kept.sha256,
            uploaded_by=draft.author,
            uploaded_at=at,
        )
        for kept in draft.files.order_by("pk")
    )
