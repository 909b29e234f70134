"""A published policy is read and translated once a process, a draft each time."""

import pytest
from django.utils import translation

from refunds.documents import worded_policy_of
from refunds.models import PolicyVersion
from refunds.policy.document import load_preset
from tests.factories.refunds import PolicyVersionFactory

pytestmark = pytest.mark.django_db


def again(version: PolicyVersion) -> PolicyVersion:
    return PolicyVersion.objects.get(pk=version.pk)


def test_a_published_policy_is_translated_once() -> None:
    version = PolicyVersionFactory.create()

    with translation.override("zh-hant"):
        told = worded_policy_of(version)
        assert worded_policy_of(again(version)) is told

    preset = load_preset(version.program.code)
    assert told == preset.in_language("zh-hant")
    assert worded_policy_of(version) == preset


def test_a_draft_is_told_as_it_is_by_now() -> None:
    version = PolicyVersionFactory.create(published_at=None)
    translations = {"zh-hant": {**version.document["translations"]["zh-hant"], "promise": "新的"}}

    with translation.override("zh-hant"):
        before = worded_policy_of(version)
        version.document = {**version.document, "translations": translations}

        assert before.promise != "新的"
        assert worded_policy_of(version).promise == "新的"
