"""Fields as they came, checked against a model. Pure."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hotline.base.problem import BadField

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
}


def checked(model: type[Model], values: dict[str, Any]) -> Model:
    """The values as a model. Raises BadField that names the first wrong field and says what is wrong."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        context = first.get("ctx", {})
        kind = first["type"]
        if kind == "string_too_short" and context.get("min_length") == 1:
            kind = "missing"
        said = _SAID.get(kind, "%(where)s: %(said)s")
        raise BadField(
            said, field=where, where=where, said=first["msg"],
            n=context.get("min_length", context.get("max_length", "")),
            choices=[c.strip(" '\"") for c in str(context.get("expected", "")).replace(" or ", ",").split(",")],
        ) from error  # fmt: skip
