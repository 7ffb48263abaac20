"""Version numbers of documents: counted by how much a change matters. Pure."""

import re

_VERSION = re.compile(r"\d{1,4}\.\d{1,4}(?:\.\d{1,4})?")
FIRST = "1.0"


def key(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by: 1.2, 1.2.1, 1.10; other ways to count come before all."""
    if not _VERSION.fullmatch(version):
        return (0, 0)
    return tuple(int(part) for part in version.split("."))


def following(version: str | None, significance: str) -> str:
    """Return the version after this one: an erratum counts x.y.z, a change of content x.y, one of safety x.

    Without a version before it, or after one that was counted in another way, the first.
    """
    if version is None or key(version) == (0, 0):
        return FIRST
    major, minor, *patch = key(version)
    match significance:
        case "erratum":
            return f"{major}.{minor}.{(patch[0] if patch else 0) + 1}"
        case "content":
            return f"{major}.{minor + 1}"
        case "safety":
            return f"{major + 1}.0"
    raise ValueError(significance)
