"""Validation of request fields against a pydantic model, with errors that name the field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hotline.base.http.problem import BadField

Model = TypeVar("Model", bound=BaseModel)
#: What is wrong with a field, by the kind that pydantic gives it; other kinds are said in pydantic's own words.
_SAID = {
    "missing": "%(where)s is missing.",
    "string_too_short": "%(where)s is too short: at least %(n)s characters.",
    "string_too_long": "%(where)s is too long: at most %(n)s characters.",
    "enum": "%(where)s is not one of: %(choices)s.",
    "literal_error": "%(where)s is not one of: %(choices)s.",
    "int_parsing": "%(where)s is not a number.",
    "int_type": "%(where)s is not a number.",
    "greater_than_equal": "%(where)s is out of range.",
    "less_than_equal": "%(where)s is out of range.",
    "date_from_datetime_parsing": "%(where)s is not a date.",
    "date_parsing": "%(where)s is not a date.",
    "bool_parsing": "%(where)s is yes or no.",
    "bool_type": "%(where)s is yes or no.",
    "extra_forbidden": "There is no field %(where)s.",
    "string_type": "%(where)s is not text.",
    "list_type": "%(where)s is not a list.",
    "string_pattern_mismatch": "%(where)s has not the right form.",
    "too_short": "%(where)s is missing.",
    "blank_left": "A blank of the template is left: %(blank)s. Fill it in.",
    "too_long": "%(where)s is too long: at most %(n)s characters.",
}


#: Days and moments that people name lie between these years; the database's driver takes the last day of all for infinity.
YEARS = (2000, 2200)


def is_out_of_range(found: date | datetime) -> bool:
    """Whether a day or a moment lies outside the years that the program's calendars cover."""
    return not YEARS[0] <= found.year <= YEARS[1]


def _days(value: Any, where: str) -> Iterator[tuple[str, date]]:
    if isinstance(value, date):
        yield where, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _days(getattr(value, name), f"{where}.{field.alias or name}".lstrip("."))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _days(item, f"{where}.{i}")


def without_nul(values: Mapping[str, Any]) -> None:
    """The values as they are. Raises BadField for the first field that holds a NUL, which PostgreSQL cannot store."""
    for name, value in values.items():
        if "\x00" in name or _has_nul(value):
            where = name.replace("\x00", "")
            raise BadField("%(where)s holds a character that cannot be kept.", field=where, where=where)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def checked(model: type[Model], values: dict[str, Any]) -> Model:
    """The values as a model. Raises BadField, which names the first wrong field and says what is wrong."""
    try:
        found = model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        context = first.get("ctx", {})
        kind = first["type"]
        if kind == "string_too_short" and context.get("min_length") == 1:
            kind = "missing"
        said = _SAID.get(kind, "%(where)s: %(said)s")
        raise BadField(
            said,
            field=where,
            where=where,
            said=first["msg"],
            blank=context.get("blank", ""),
            n=context.get("min_length", context.get("max_length", "")),
            choices=[
                c
                for found in str(context.get("expected", "")).replace(" or ", ",").split(",")
                if (c := found.strip(" '\""))
            ],
        ) from error
    for where, day in _days(found, ""):
        if is_out_of_range(day):
            raise BadField("%(text)s lies too far away.", field=where, text=day.isoformat())
    return found
