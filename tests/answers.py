"""The checks of the lessons' questions: each works an answer out of the networks and agents themselves."""

from collections.abc import Callable

Check = Callable[[], tuple[str, dict[str, object]]]  # the answer, and figures as the reason writes them
CHECKS: dict[str, Check] = {}


def answers(name: str) -> Callable[[Check], Check]:
    """The check of the question of that name."""
    def keep(check: Check) -> Check:
        CHECKS[name] = check
        return check
    return keep
