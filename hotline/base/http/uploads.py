"""The file of a multipart form, read no further than what could be kept."""

from __future__ import annotations

from typing import Any

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ConfigDict

from hotline.base.http.fields import without_nul
from hotline.base.http.problem import BadField
from hotline.base.http.requests import MAX_BODY, fields, form_of
from hotline.base.text.characters import clean


class Upload(BaseModel):
    """A body that is a file: the first of a multipart form, or a name and its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    content: bytes


async def fields_for(request: web.Request, body: type[BaseModel]) -> dict[str, Any]:
    """The fields of a request as its body wants them: of an upload the file's name and content. Raises BadField."""
    if issubclass(body, Upload) and request.content_type == "multipart/form-data":
        name, content = await _first_file(request)
        without_nul({"file": name})
        return {"name": clean(name), "content": content}
    return await fields(request)


async def _first_file(request: web.Request) -> tuple[str, bytes]:
    if "form_read" in request:  # a check of the form has read it already
        for value in (await form_of(request)).values():
            if isinstance(value, web.FileField):
                with value.file as file:
                    return value.filename, file.read()
        raise BadField("A file is needed.", field="file")
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                return part.filename, await _bounded(part)
    except ValueError as error:
        raise BadField("The body is not a form.", field="body") from error
    raise BadField("A file is needed.", field="file")


async def _bounded(part: BodyPartReader) -> bytes:
    """The content of a part; read no further than what could be kept."""
    content = bytearray()
    while chunk := await part.read_chunk(65_536):
        content += part.decode(chunk)
        if len(content) > MAX_BODY:
            raise BadField("The file is larger than 10 MB.", field="file")
    return bytes(content)
