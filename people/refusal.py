"""What people are told when something cannot be done."""


class Refused(ValueError):
    """It cannot be done; `reasons` are sentences for the person, all of them at once."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = [str(reason) for reason in reasons]


class Conflict(Refused):
    """Something else was kept before under the key that this came with; `kept` is that."""

    def __init__(self, reason: str, kept: object) -> None:
        super().__init__(reason)
        self.kept = kept
