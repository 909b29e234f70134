"""YAML as people write it here: nothing is guessed, nothing is overwritten in silence."""

import re
from collections.abc import Hashable

import yaml

_TAG = "tag:yaml.org,2002:"
_GUESSED = (f"{_TAG}timestamp", f"{_TAG}int")


class UnreadableYAML(ValueError):
    """Text that isn't YAML, or that gives one key twice."""


def read(text: str) -> object:
    """The document in the text.

    Dates and times stay strings, for the schema to read or refuse, and so do the numbers that
    aren't plain decimals: 01234 is a postal code and 08:00 a time of day.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as error:
        raise UnreadableYAML(" ".join(str(error).split())) from error


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _GUESSED]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        seen: list[object] = []
        for key_node, _ in node.value:
            if key_node.tag == f"{_TAG}merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key!r} is given twice", problem_mark=key_node.start_mark
                )
            seen.append(key)
        return super().construct_mapping(node, deep=deep)


_Loader.add_implicit_resolver(
    f"{_TAG}int", re.compile(r"[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789")
)
