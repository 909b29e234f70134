"""The policy of a stored version: typed, and in the language of whoever reads it."""

import json
from functools import lru_cache

from django.utils.translation import get_language

from refunds.models import PolicyVersion
from refunds.policy.document import Policy, parse


def policy_of(version: PolicyVersion) -> Policy:
    """Return the typed policy of a version; equal documents are parsed once a process."""
    return _parse(json.dumps(version.document, sort_keys=True))


def worded_policy_of(version: PolicyVersion) -> Policy:
    """Return the policy of a version with its texts in the active language."""
    return policy_of(version).in_language(get_language() or "")


@lru_cache(maxsize=64)
def _parse(document: str) -> Policy:
    return parse(json.loads(document))
