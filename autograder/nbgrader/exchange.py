"""What a course's configuration changes of nbgrader's exchange: how feedback is released, and how times are read."""

from typing import Any

import nbgrader.apps.api
import nbgrader.apps.zipcollectapp
import nbgrader.coursedir
import nbgrader.exchange.default.collect
import nbgrader.utils
from traitlets.config import Config
from traitlets.log import get_logger

from autograder.nbgrader.giving_back import JudgedReleaseFeedback
from autograder.nbgrader.timestamps import utc_of

_READ_TIMES = (  # nbgrader reads due dates and times of submission by one function, which these modules hold by its name
    nbgrader.utils,
    nbgrader.coursedir,
    nbgrader.apps.api,
    nbgrader.apps.zipcollectapp,
    nbgrader.exchange.default.collect,
)
_NBGRADERS = nbgrader.utils.parse_utc


def for_the_exchange(c: Config) -> None:
    """Called by `configure`. A course's own `c.ExchangeFactory.release_feedback`, set below it, is the course's to choose."""
    c.ExchangeFactory.release_feedback = JudgedReleaseFeedback

    def parse_utc(ts: Any) -> Any:
        """A text or a time as a time in UTC without a zone; names of zones are those of `Exchange.timezone`."""
        zone = c.get("Exchange", {}).get("timezone", "UTC")
        return utc_of(ts, zone, _NBGRADERS, get_logger()) if isinstance(ts, str) else _NBGRADERS(ts)

    for module in _READ_TIMES:
        module.parse_utc = parse_utc
