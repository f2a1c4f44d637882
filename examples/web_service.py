"""A web service that turns letters into records: `uvicorn web_service:app`.

Letters are read by a pool of processes, so that one letter that hangs or crashes ends its process
and not the service, and letters are read side by side.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request, Response

import imr_extract


def _record(data: bytes, name: str) -> str:
    return imr_extract.extract_bytes(data, name=name).to_json()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    with ProcessPoolExecutor(max_workers=2) as app.state.pool:
        yield


app = FastAPI(lifespan=_lifespan)


@app.post("/records")
async def record(request: Request, name: str = "-") -> Response:
    """The record of the letter in the request's body."""
    work = asyncio.get_running_loop().run_in_executor(
        request.app.state.pool, _record, await request.body(), name
    )
    try:
        return Response(await work, media_type="application/json")
    except imr_extract.ImrError as error:
        raise HTTPException(422, {"code": error.code, "message": error.message}) from error
