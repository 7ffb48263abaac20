"""What people are told when something cannot be done."""


class Refused(ValueError):
    """It cannot be done; `reasons` are sentences for the person, all of them at once."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = [str(reason) for reason in reasons]
