"""What an operator writes: /etc/reticent/agent.toml, and flags that win over it.

    data_dir = "/var/lib/reticent-agent"
    token_file = "/etc/reticent/token"      # or token = "rtk1_…"
    proxy = "http://proxy.example.com:3128" # or "none"; absent = from the environment
    log_level = "info"                      # debug, info, warning, error
    spool_bytes_max = 268435456
    spool_rows_max = 2000000
    runtime_dir = "/run/reticent-agent"     # where people at the laptop reach the agent
    tpm = "/dev/tpmrm0"                     # or the Unix socket of one in software, or "none"

Unknown keys are refused: a misspelt one would otherwise be silently without effect.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reticent_contract import limits

from reticent_agent import atomic
from reticent_agent.errors import ConfigError
from reticent_agent.log import LEVELS

DEFAULT_PATH = Path("/etc/reticent/agent.toml")
DEFAULT_DATA_DIR = Path("/var/lib/reticent-agent")
NO_PROXY = "none"
NO_TPM = "none"
_CONFIG_BYTES_MAX = 64 << 10
_KEYS = {
    "data_dir": str,
    "token": str,
    "token_file": str,
    "proxy": str,
    "log_level": str,
    "spool_bytes_max": int,
    "spool_rows_max": int,
    "runtime_dir": str,
    "tpm": str,
}
_SPOOL_BYTES_MIN = 1 << 20
_SPOOL_ROWS_MIN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Checked. `file_root` is where collectors look for files: "/", or a copy in tests."""

    data_dir: Path = DEFAULT_DATA_DIR
    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    proxy: str | None = None
    log_level: str = "info"
    spool_bytes_max: int = limits.SPOOL_BYTES_MAX
    spool_rows_max: int = limits.SPOOL_ROWS_MAX
    file_root: Path = Path("/")
    runtime_dir: Path | None = None  # None: see `local.place`
    tpm: str | None = None  # a path, or NO_TPM; None: the usual one below file_root

    def read_token(self) -> str | None:
        """The configured enrolment token; None where there is none. Raises ConfigError."""
        if self.token is not None:
            return self.token
        if self.token_file is None:
            return None
        try:
            data = atomic.read_file(self.token_file, bytes_max=limits.TOKEN_CHARS_MAX)
        except OSError as error:
            raise ConfigError(
                f"the token file {self.token_file} cannot be read ({error.strerror or 'too large'})"
                "; nothing was changed; correct token_file or the file's rights"
            ) from None
        return None if data is None else data.decode("utf-8", "replace").strip() or None


def load_config(path: Path | None, overrides: Mapping[str, object]) -> Config:
    """The file's settings, those of `overrides` that are not None on top. Raises ConfigError.

    `path` None means the usual place, where the file may be missing.
    """
    place = path or DEFAULT_PATH
    settings: dict[str, object] = {}
    try:
        data = atomic.read_file(place, bytes_max=_CONFIG_BYTES_MAX)
        if data is None and path is not None:
            raise _problem(place, "does not exist", "correct --config, or leave it out")
        settings = tomllib.loads((data or b"").decode("utf-8"))
    except OSError as error:
        raise _problem(
            place, f"cannot be read ({error.strerror or 'too large'})", "check its rights"
        ) from None
    except UnicodeDecodeError:
        raise _problem(place, "is not UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        where = str(error).rpartition("(")[2].rstrip(")")  # the text before may quote the file
        raise _problem(place, f"is no valid TOML ({where})", "correct that line") from None
    for key, value in settings.items():
        if key not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise _problem(place, f"has the unknown key {key!r}", f"known are: {known}")
        if type(value) is not _KEYS[key]:
            raise _problem(place, f"has a {key} of the wrong type", f"give a {_KEYS[key].__name__}")
    settings.update({key: value for key, value in overrides.items() if value is not None})
    return _checked(settings, f"the configuration ({place}, or a flag)")


def _checked(settings: dict[str, object], place: str) -> Config:
    for key in ("data_dir", "token_file", "file_root", "runtime_dir"):
        if key in settings:
            settings[key] = Path(str(settings[key]))
    config = Config(**settings)  # type: ignore[arg-type]  # keys and types were checked above
    if config.log_level not in LEVELS:
        raise _problem(place, "has an unknown log_level", f"known are: {', '.join(LEVELS)}")
    if not _SPOOL_BYTES_MIN <= config.spool_bytes_max <= limits.SPOOL_BYTES_MAX:
        raise _problem(
            place,
            "has a spool_bytes_max out of range",
            f"give {_SPOOL_BYTES_MIN} to {limits.SPOOL_BYTES_MAX}",
        )
    if not _SPOOL_ROWS_MIN <= config.spool_rows_max <= limits.SPOOL_ROWS_MAX:
        raise _problem(
            place,
            "has a spool_rows_max out of range",
            f"give {_SPOOL_ROWS_MIN} to {limits.SPOOL_ROWS_MAX}",
        )
    if config.proxy not in (None, NO_PROXY) and not _is_http_proxy(config.proxy or ""):
        raise _problem(
            place,
            "has a proxy that cannot be used",
            'write "http://host:port" (a CONNECT proxy, spoken to in plain HTTP) or "none"',
        )
    return config


def _is_http_proxy(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == "http" and bool(parts.hostname) and parts.port is not None
    except ValueError:
        return False


def _problem(place: Path | str, what: str, fix: str) -> ConfigError:
    return ConfigError(f"{place} {what}; the agent was not started; {fix}")
