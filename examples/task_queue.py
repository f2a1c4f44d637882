"""A Celery task that turns a letter into a record: `celery -A task_queue worker`."""

from celery import Celery

import imr_extract

app = Celery("letters", broker="memory://", backend="cache+memory://")


@app.task  # type: ignore[untyped-decorator]
def record(path: str) -> dict[str, object]:
    """The record of the letter at `path`; an error object where there is none to be had."""
    try:
        return imr_extract.extract_file(path).to_dict()
    except imr_extract.ImrError as error:
        return {"error": {"code": error.code, "message": error.message}}
