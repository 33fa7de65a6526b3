"""Settings, read from the environment and then from a `.env` file (contract.md, Settings)."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TWILIO_URL = "https://api.twilio.com"
_POSTGRES = frozenset({"postgresql", "postgres"})
#: How far a drill may move the clock: ten years.
_FURTHEST = 10 * 366 * 86_400


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(Exception):
    """A setting is wrong: the message names it and says how to correct it, in one sentence."""


class Settings(BaseSettings):
    """All settings of the program; immutable."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    database_url: str | None = Field(None, alias="DATABASE_URL")
    data: Path = Field(Path("var"), alias="HOTLINE_DATA")
    public_url: str = Field("http://127.0.0.1:1890", alias="HOTLINE_PUBLIC_URL")
    secret: str | None = Field(None, alias="HOTLINE_SECRET", repr=False)
    timezone: str = Field("Asia/Shanghai", alias="HOTLINE_TIMEZONE")
    language: Literal["zh", "en"] = Field("zh", alias="HOTLINE_LANGUAGE")
    number: str = Field("1890", alias="HOTLINE_NUMBER")
    area_code: str = Field("0436", alias="HOTLINE_AREA_CODE")
    proxies: str = Field("127.0.0.1 ::1", alias="HOTLINE_PROXIES")
    clock_offset: float = Field(0.0, alias="HOTLINE_CLOCK_OFFSET")
    webcall: bool = Field(False, alias="HOTLINE_WEBCALL")
    stun: str = Field("", alias="HOTLINE_STUN")
    turn: str = Field("", alias="HOTLINE_TURN")
    turn_secret: str | None = Field(None, alias="HOTLINE_TURN_SECRET", repr=False)
    twilio_account_sid: str | None = Field(None, alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: str | None = Field(None, alias="TWILIO_AUTH_TOKEN", repr=False)
    twilio_auth_token_secondary: str | None = Field(None, alias="TWILIO_AUTH_TOKEN_SECONDARY", repr=False)
    twilio_number: str | None = Field(None, alias="TWILIO_NUMBER")
    twilio_api_url: str = Field(TWILIO_URL, alias="TWILIO_API_URL")
    s3_url: str | None = Field(None, alias="HOTLINE_S3_URL")
    s3_bucket: str | None = Field(None, alias="HOTLINE_S3_BUCKET")
    s3_key: str | None = Field(None, alias="HOTLINE_S3_KEY")
    s3_secret: str | None = Field(None, alias="HOTLINE_S3_SECRET", repr=False)
    s3_region: str = Field("us-east-1", alias="HOTLINE_S3_REGION")
    transcriber: str | None = Field(None, alias="HOTLINE_TRANSCRIBER")
    twilio_api_key: str | None = Field(None, alias="TWILIO_API_KEY")
    twilio_api_secret: str | None = Field(None, alias="TWILIO_API_SECRET", repr=False)
    voice: Literal["browser", "twilio", "compatible"] | None = Field(None, alias="HOTLINE_VOICE")
    sip_domain: str | None = Field(None, alias="HOTLINE_SIP_DOMAIN")

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object, info: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("secret")
    @classmethod
    def _long_secret(cls, value: str | None) -> str | None:
        if value and len(value) < 32:
            raise ValueError("must have at least 32 characters")
        return value or None

    @field_validator("area_code")
    @classmethod
    def _area_code(cls, value: str) -> str:
        if re.fullmatch(r"0?[1-9]\d{1,2}", value) is None:
            raise ValueError(f"must be an area code like 0436, not {value!r}")
        return value

    @field_validator("proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        try:
            networks(value)
        except ValueError as error:
            raise ValueError(f"must be addresses or networks like 127.0.0.1 10.0.0.0/8: {error}") from error
        return value

    @field_validator("sip_domain")
    @classmethod
    def _host_of_lines(cls, value: str | None) -> str | None:
        if value and re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?", value) is None:
            raise ValueError(f"must be a host like pbx.example.cn or 10.0.0.5:5060, not {value!r}")
        return value or None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"is not a time zone: {value!r}") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres_url(cls, value: str | None) -> str | None:
        try:
            known = not value or (urlsplit(value).scheme in _POSTGRES and urlsplit(value).port != 0)
        except ValueError:
            known = False
        if not known:  # the value is not repeated: it holds a password
            raise ValueError("must be like postgresql://user:password@host/name")
        return value or None

    @field_validator("stun", "turn")
    @classmethod
    def _addresses(cls, value: str, info: ValidationInfo) -> str:
        schemes = ("stun", "stuns") if info.field_name == "stun" else ("turn", "turns")
        wrong = [
            one for one in value.replace(",", " ").split() if one.partition(":")[0] not in schemes or one[-1] == ":"
        ]
        if wrong:
            raise ValueError(f"must be addresses like {schemes[0]}:turn.example.cn:3478, not {wrong[0]!r}")
        return " ".join(value.replace(",", " ").split())

    @field_validator("clock_offset")
    @classmethod
    def _within_reach(cls, value: float) -> float:
        if not abs(value) <= _FURTHEST:
            raise ValueError("must be seconds within ten years")
        return value

    @field_validator("public_url", "twilio_api_url", "s3_url")
    @classmethod
    def _absolute_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"must be an absolute http(s) URL, not {value!r}")
        return value.rstrip("/")

    @field_validator("transcriber")
    @classmethod
    def _transcriber(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(r"faster-whisper:/.+", value) is None:
            raise ValueError(f"must be like faster-whisper:/srv/models/small, not {value!r}")
        return value

    @field_validator("s3_bucket")
    @classmethod
    def _bucket(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value) is None:
            raise ValueError(f"must be a bucket's name like hotline-recordings, not {value!r}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        s3 = [self.s3_url, self.s3_bucket, self.s3_key, self.s3_secret]
        if any(s3) and not all(s3):
            raise ValueError(
                "HOTLINE_S3_URL, HOTLINE_S3_BUCKET, HOTLINE_S3_KEY and HOTLINE_S3_SECRET go together: set all four or none"
            )
        twilio = [self.twilio_account_sid, self.twilio_auth_token, self.twilio_number]
        if any(twilio) and not all(twilio):
            raise ValueError(
                "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_NUMBER go together: set all three or none"
            )
        if bool(self.twilio_api_key) != bool(self.twilio_api_secret):
            raise ValueError("TWILIO_API_KEY and TWILIO_API_SECRET go together: set both or none")
        if self.voice in {"twilio", "compatible"} and not self.has_twilio:
            raise ValueError(
                f"HOTLINE_VOICE {self.voice} needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_NUMBER"
            )
        if self.voice == "compatible" and _is_twilio(self.twilio_api_url):
            raise ValueError("HOTLINE_VOICE compatible needs TWILIO_API_URL: the address of the server of one's own")
        if bool(self.turn) != bool(self.turn_secret):
            raise ValueError("HOTLINE_TURN and HOTLINE_TURN_SECRET go together: set both or none")
        if self.clock_offset and self.has_twilio and _is_twilio(self.twilio_api_url):
            raise ValueError("HOTLINE_CLOCK_OFFSET is refused with real Twilio credentials: unset one of them")
        return self

    @property
    def has_twilio(self) -> bool:
        """True where messages leave through Twilio; otherwise the simulator is the provider."""
        return bool(self.twilio_account_sid)

    @property
    def voice_carrier(self) -> Literal["browser", "twilio", "compatible"]:
        """What carries telephone calls: the setting, else Twilio where its settings are, else browsers."""
        return self.voice or ("twilio" if self.has_twilio else "browser")

    @property
    def rings_by_twilio(self) -> bool:
        """Whether Twilio rings people in their browsers."""
        return self.voice_carrier == "twilio" and bool(self.twilio_api_key)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of office hours, days and months."""
        return ZoneInfo(self.timezone)

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The reverse proxies whose word on the client's address is believed."""
        return networks(self.proxies)

    @property
    def offset(self) -> timedelta:
        return timedelta(seconds=self.clock_offset)

    @property
    def is_local(self) -> bool:
        """True where the public URL is a loopback address: simulator and demo are allowed only then."""
        return is_loopback(urlsplit(self.public_url).hostname or "")


def _is_twilio(url: str) -> bool:
    """True for Twilio's own address, that of a region too."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host == "twilio.com" or host.endswith(".twilio.com")


def is_loopback(host: str) -> bool:
    """True for localhost and the loopback addresses; any other name is not taken on trust."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a list like `127.0.0.1, 10.0.0.0/8`. Raises ValueError naming what is none."""
    return tuple(ipaddress.ip_network(item) for item in text.replace(",", " ").split())


def load_settings() -> Settings:
    """Read the settings.

    Raises SettingsError: one sentence naming each wrong setting.
    """
    try:
        return Settings()  # pyright: ignore
    except ValidationError as error:
        said = []
        for item in error.errors(include_url=False, include_input=False):
            name = str(item["loc"][0]) if item["loc"] else ""
            said.append(f"{name} {item['msg'].removeprefix('Value error, ')}".strip())
        raise SettingsError("; ".join(said)) from error
