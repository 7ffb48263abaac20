"""Paths of categories, as Moodle writes them: `$course$/top/Power/Modules`, a slash within a name doubled. Pure."""

import re

_SLASH = re.compile(r"(?<!/)/(?!/)")
_CONTEXT = re.compile(r"\$(?:course|system|module|category|cat\d*|coursecat|[\w-]+)\$")


def path_of(written: str) -> tuple[str, ...]:
    """Return the names on the path, without the course and the top that every Moodle has."""
    names = [" ".join(name.replace("//", "/").split()) for name in _SLASH.split(written.strip())]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[1:]
    if names and names[0] == "top":
        names = names[1:]
    return tuple(name for name in names if name)


def written(path: tuple[str, ...]) -> str:
    """Return the path as Moodle writes it."""
    names = (" ".join(name.replace("/", "//").split()) for name in path)
    return "/".join(("$course$", "top", *names))
