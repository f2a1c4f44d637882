"""What a decision must be besides having the words of a query."""

import re
from typing import NamedTuple

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Conditions(NamedTuple):
    """What narrows a search; None lets everything through.

    Dates are years, months or days (`2016`, `2016-03`, `2016-03-31`), both ends included. A date of
    a letter that is less exact counts where it may be inside.
    """

    outcome: str | None = None
    category: str | None = None  # the whole name, in any case
    service: str | None = None  # a part of the service's words, in any case
    since: str | None = None  # of the decision
    until: str | None = None

    def hold(
        self, outcome: str | None, category: str | None, service: str, decided: str | None
    ) -> bool:
        """Whether a decision meets all conditions."""
        return (
            self.outcome in (None, outcome)
            and (self.category is None or self.category.casefold() == (category or "").casefold())
            and (self.service is None or self.service.casefold() in service.casefold())
            and self._is_in_time(decided)
        )

    def _is_in_time(self, decided: str | None) -> bool:
        if self.since is None and self.until is None:
            return True
        if decided is None:
            return False
        since, until = self.since or decided, self.until or decided
        early = decided[: len(since)] < since[: len(decided)]
        late = decided[: len(until)] > until[: len(decided)]
        return not (early or late)
