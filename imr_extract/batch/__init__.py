"""Many letters: worker processes that can be lost, in the order of the inputs, in flat memory."""

from imr_extract.batch.supervisor import CannotWork, run
from imr_extract.batch.work import Outcome, Task, failure

__all__ = ["CannotWork", "Outcome", "Task", "failure", "run"]
