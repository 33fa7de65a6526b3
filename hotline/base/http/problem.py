"""Expected errors (Problem): raised by use cases, rendered at the edge as problem+json or a page, in the user's
language.
"""

from __future__ import annotations


class Problem(Exception):
    """Base of the expected errors. `message` is an English msgid with %(name)s places, translated at the edge.

    A parameter may be a list of words; each is translated and they are joined.
    """

    status = 400

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        plain = {k: ", ".join(map(str, v)) if isinstance(v, list) else v for k, v in params.items()}
        super().__init__(message % plain if params else message)
        self.message = message
        self.params = params
        self.field = field


class Missing(Problem):
    """404: unknown, or outside the rows of the one who asks; both look alike."""

    status = 404


class Unknown(Problem):
    """401: nobody is signed in."""

    status = 401


class Forbidden(Problem):
    """403: a move that is not yours on a row that you see."""

    status = 403


class Illegal(Problem):
    """409: the move does not fit the state; says why."""

    status = 409


class TooLarge(Problem):
    """413: more than is taken here."""

    status = 413


class WrongType(Problem):
    """415: the body is of a kind that is not taken here."""

    status = 415


class BadField(Problem):
    """422: a field is wrong; `field` names it."""

    status = 422


class TooMany(Problem):
    """429: too many tries; come back later."""

    status = 429


class Unavailable(Problem):
    """503: something that this needs does not answer now; try again."""

    status = 503
