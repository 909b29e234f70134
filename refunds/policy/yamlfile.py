"""YAML as people write it here: nothing is guessed, nothing is overwritten in silence."""

from collections.abc import Hashable

import yaml

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class UnreadableYAML(ValueError):
    """Text that isn't YAML, or that gives one key twice."""


def read(text: str) -> object:
    """The document in the text. Dates and times stay strings, for the schema to read or refuse."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as error:
        raise UnreadableYAML(" ".join(str(error).split())) from error


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                mark = node.value[position][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} given twice", mark)
        return super().construct_mapping(node, deep=deep)
