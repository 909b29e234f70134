"""The policy of a stored version: typed, and in the language of whoever reads it."""

from collections.abc import Collection, Iterator
from difflib import unified_diff
from functools import lru_cache

import yaml
from django.utils.translation import get_language

from refunds.models import PolicyVersion
from refunds.policy.document import Policy, parse

_parsed: dict[int, Policy] = {}  # of sealed versions, by their numbers; there are few


def policy_of(version: PolicyVersion) -> Policy:
    """Return the typed policy of a version.

    A published document is sealed, so it is parsed once a process; a draft may have changed.
    """
    return parse(version.document) if version.published_at is None else _sealed(version)


def worded_policy_of(version: PolicyVersion) -> Policy:
    """Return the policy of a version with its texts in the active language."""
    language = get_language() or ""
    if version.published_at is None:
        return policy_of(version).in_language(language)
    return _sealed_in(version, language)


def text_of(version: PolicyVersion) -> str:
    """Return a version's document as YAML that loads again, without what is left to defaults."""
    document = policy_of(version).model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)


def differences(old: PolicyVersion, new: PolicyVersion) -> Iterator[str]:
    """Yield the lines by which a version differs from another one, as diff writes them."""
    before, after = text_of(old).splitlines(), text_of(new).splitlines()
    return unified_diff(before, after, n=3, lineterm="")


def parsed() -> Collection[int]:
    """Return the numbers of the versions that this process has parsed: they need no document."""
    return tuple(_parsed)


def forget() -> None:
    """Forget what was parsed: for whoever empties the database and numbers its rows anew."""
    _parsed.clear()
    _sealed_in.cache_clear()


def _sealed(version: PolicyVersion) -> Policy:
    policy = _parsed.get(version.pk)
    if policy is None:
        policy = _parsed[version.pk] = parse(version.document)
    return policy


@lru_cache(maxsize=1024)
def _sealed_in(version: PolicyVersion, language: str) -> Policy:
    return _sealed(version).in_language(language)
