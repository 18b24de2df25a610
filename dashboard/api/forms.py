"""Plain forms of pages, as they arrive."""

from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request


async def fields_of(request: Request, largest: int) -> dict[str, str]:
    """The fields of a form; of two of one name the last. Raises HTTPException for one of more bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the form is too large")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def number_of(fields: dict[str, str], name: str) -> int:
    """A number that a form names. Raises HTTPException for anything else."""
    text = fields.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"{name}: not a number")
    return int(text)
