"""What an operator decides: where data lies, which names and ports the server has.

Read from TOML, then from the command line's flags, which win:

    data_dir = "/var/lib/reticent-server"
    public_name = "telemetry.example.com"   # the name that laptops reach this server by
    names = ["10.0.0.5"]                    # further names and addresses in its certificate
    listen = "0.0.0.0"                      # one address; 127.0.0.1 reaches this machine only
    log_level = "info"
    trusted_proxies = ["10.0.0.0/24"]       # whose X-Forwarded-For the HTTPS port believes
    balancers = ["10.0.0.7"]                # who sends a PROXY header to the gRPC ports

    [ports]                                 # 0 = any free one
    enrolment = 7442
    telemetry = 7443
    console = 8443

    [login]                                 # of people, to console and API
    idle_minutes = 30                       # a session that nobody uses ends
    session_hours = 12                      # a session ends whatever happens
    second_factor = "administrators"        # who must have one: "off" (nobody), "all"
    lock_after = 10                         # failed log-ons before an account is locked for a time

    [geoip]                                 # files in MaxMind's format; read anew when exchanged
    city = "/var/lib/GeoIP/GeoLite2-City.mmdb"
    asn = "/var/lib/GeoIP/GeoLite2-ASN.mmdb"

    [ca]                                    # an HSM for the issuing key; without it, a file
    pkcs11_module = "/usr/lib/softhsm/libsofthsm2.so"
    pkcs11_token = "reticent"               # the token's label
    pkcs11_key = "issuing"                  # the key's label
    pkcs11_pin_file = "/etc/reticent/token.pin"   # mode 0600

    [audit]                                 # where the trail's signed checkpoints go, besides
    checkpoint_files = ["/mnt/kept/reticent-audit.jsonl"]   # only ever appended to
    syslog = "/dev/log"                     # the machine's own

    [approvals]                             # what needs a second person; `approvals.settings`
    second_person = ["policy.reveal"]       # left out: all kinds; []: none
    request_hours = 72                      # how long a request waits
    use_hours = 24                          # how long it may be used once approved
    uses = 1                                # how often
    export_rows = 10000                     # an export of more is one "in bulk"

    [oidc]                                  # single sign-on; see config_oidc.py

Raises ConfigError, which names the key and the fix; nothing is started then.
"""

from __future__ import annotations

import ipaddress
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from reticent_server.approvals.settings import ApprovalRules, lines_of, rules_of
from reticent_server.ca.place import TokenPlace
from reticent_server.config_oidc import OidcConfig, oidc_lines, oidc_of
from reticent_server.errors import ConfigError
from reticent_server.limits import AUDIT_CHECKPOINT_FILES_MAX

LOG_LEVELS = ("debug", "info", "warning", "error")
SECOND_FACTOR = ("off", "administrators", "all")
NAMES_MAX = 64
NETWORKS_MAX = 256
_TABLES = {"ports", "geoip", "login", "audit", "oidc", "ca", "approvals"}
_HEAD = "# Written by `reticent-server init`; change it here, then restart the server."
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """TCP ports; 0 lets the system choose, `Server.addresses` then says which."""

    enrolment: int = 7442
    telemetry: int = 7443
    console: int = 8443


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoFiles:
    """Files in MaxMind's format; None: the operator has none."""

    city: Path | None = None
    asn: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlaces:
    """Where checkpoints go besides the database and the data directory; absolute paths."""

    checkpoint_files: tuple[Path, ...] = ()
    syslog: Path | None = None  # a Unix socket that takes datagrams


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRules:
    """How people log on, and for how long."""

    idle_minutes: int = 30
    session_hours: int = 12
    lock_after: int = 10
    second_factor: str = "off"

    def __post_init__(self) -> None:
        for key, most in (
            ("idle_minutes", 24 * 60),
            ("session_hours", 31 * 24),
            ("lock_after", 100),
        ):
            value = getattr(self, key)
            if not 1 <= value <= most:
                raise ConfigError(
                    f"configuration key login.{key}: {value} is out of bounds; the server was not "
                    f"started; use 1 to {most}"
                )

        if self.second_factor not in SECOND_FACTOR:
            raise ConfigError(
                f"configuration key login.second_factor: {self.second_factor!r} is unknown "
                f"(known: {', '.join(SECOND_FACTOR)})"
            )

    @property
    def idle_s(self) -> int:
        return self.idle_minutes * 60

    @property
    def session_s(self) -> int:
        return self.session_hours * 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """One server's configuration. Listens on this machine only until told otherwise."""

    data_dir: Path
    public_name: str = "localhost"
    names: tuple[str, ...] = ()
    listen: str = "127.0.0.1"
    ports: Ports = field(default_factory=Ports)
    log_level: str = "info"
    trusted_proxies: tuple[str, ...] = ()
    balancers: tuple[str, ...] = ()
    geoip: GeoFiles = field(default_factory=GeoFiles)
    audit: AuditPlaces = field(default_factory=AuditPlaces)
    login: LoginRules = field(default_factory=LoginRules)
    approvals: ApprovalRules = field(default_factory=ApprovalRules)
    oidc: OidcConfig | None = None
    ca: TokenPlace | None = None

    def __post_init__(self) -> None:
        for key, name in (("public_name", self.public_name), *(("names", n) for n in self.names)):
            if not is_name(name):
                raise ConfigError(
                    f"configuration key {key}: {name!r} is neither a host name in lower case nor "
                    "an IP address; the server was not started; correct it"
                )
        if len(self.names) > NAMES_MAX:
            raise ConfigError(f"configuration key names: more than {NAMES_MAX}; list fewer")
        if not _is_address(self.listen):
            raise ConfigError(
                f"configuration key listen: {self.listen!r} is not an IP address; the server was "
                'not started; use "127.0.0.1" for this machine only, "0.0.0.0" for every interface'
            )
        for item in fields(self.ports):
            port = getattr(self.ports, item.name)
            if not 0 <= port <= 65_535:
                raise ConfigError(
                    f"configuration key ports.{item.name}: {port} is not a TCP port; use 0 to "
                    "65535 (0 = any free one)"
                )
        if self.log_level not in LOG_LEVELS:
            raise ConfigError(
                f"configuration key log_level: {self.log_level!r} is unknown "
                f"(known: {', '.join(LOG_LEVELS)})"
            )
        _check_networks("trusted_proxies", self.trusted_proxies)
        _check_networks("balancers", self.balancers)
        _check_places(self.audit)

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """Every name and address that the server's certificate stands for, without repeats."""
        return tuple(
            dict.fromkeys((self.public_name, *self.names, "localhost", "127.0.0.1", "::1"))
        )


def is_name(text: str) -> bool:
    """True for an IP address or a host name in lower case."""
    return _is_address(text) or _HOST_NAME.match(text) is not None


def _check_networks(key: str, names: Sequence[str]) -> None:
    if len(names) > NETWORKS_MAX:
        raise ConfigError(f"configuration key {key}: more than {NETWORKS_MAX}; list fewer")
    for name in names:
        try:
            ipaddress.ip_network(name)
        except ValueError:
            raise ConfigError(
                f"configuration key {key}: {name!r} is no network; the server was not started; "
                'write it as "10.0.0.0/24", without bits beyond the mask, or as one address'
            ) from None


def _check_places(audit: AuditPlaces) -> None:
    if len(audit.checkpoint_files) > AUDIT_CHECKPOINT_FILES_MAX:
        raise ConfigError(
            f"configuration key audit.checkpoint_files: more than {AUDIT_CHECKPOINT_FILES_MAX}; "
            "the server was not started; list fewer"
        )
    syslog = () if audit.syslog is None else (audit.syslog,)
    for path in (*audit.checkpoint_files, *syslog):
        if not path.is_absolute():
            raise ConfigError(
                f"configuration key audit: {path} is not an absolute path; the server was not "
                "started; begin it with /"
            )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def host_port(host: str, port: int) -> str:
    """`host:port`, with an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def load_config(path: Path | None, **flags: object) -> ServerConfig:
    """Reads `path` (None: no file) and lays the flags over it; a flag of None was not given.

    Flags: data_dir, public_name, names, listen, log_level, enrolment_port, telemetry_port,
    console_port. Raises ConfigError.
    """
    document: dict[str, object] = {}
    if path is not None:
        try:
            document = dict(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(
                f"configuration {path} cannot be read: {error}; the server was not started; "
                "correct the file or name another with --config"
            ) from error
    ports = _table(document.pop("ports", {}), "ports")
    geoip = _table(document.pop("geoip", {}), "geoip")
    audit = _table(document.pop("audit", {}), "audit")
    login = _table(document.pop("login", {}), "login")
    approvals = rules_of(_table(document.pop("approvals", {}), "approvals"))
    oidc = oidc_of(document.pop("oidc")) if "oidc" in document else None
    ca = _table(document.pop("ca", {}), "ca")
    for key, value in flags.items():
        if value is None:
            continue
        if key.endswith("_port"):
            ports[key.removesuffix("_port")] = value
        else:
            document[key] = value
    known = {item.name for item in fields(ServerConfig)} - _TABLES
    _refuse_unknown(document, known, "")
    _refuse_unknown(ports, {item.name for item in fields(Ports)}, "ports.")
    _refuse_unknown(login, {item.name for item in fields(LoginRules)}, "login.")
    _refuse_unknown(geoip, {item.name for item in fields(GeoFiles)}, "geoip.")
    _refuse_unknown(audit, {item.name for item in fields(AuditPlaces)}, "audit.")
    if "data_dir" not in document:
        raise ConfigError(
            "configuration key data_dir is missing; the server was not started; "
            "set it in the file or pass --data"
        )
    return ServerConfig(
        data_dir=Path(_text(document["data_dir"], "data_dir")),
        public_name=_text(document.get("public_name", "localhost"), "public_name"),
        names=_texts(document.get("names", ()), "names"),
        listen=_text(document.get("listen", "127.0.0.1"), "listen"),
        ports=Ports(**{key: _whole(value, f"ports.{key}") for key, value in ports.items()}),
        log_level=_text(document.get("log_level", "info"), "log_level"),
        trusted_proxies=_texts(document.get("trusted_proxies", ()), "trusted_proxies"),
        balancers=_texts(document.get("balancers", ()), "balancers"),
        login=_login_rules(login),
        geoip=GeoFiles(**{key: Path(_text(value, f"geoip.{key}")) for key, value in geoip.items()}),
        audit=_audit_places(audit),
        approvals=approvals,
        oidc=oidc,
        ca=_token_place(ca),
    )


def _token_place(table: dict[str, object]) -> TokenPlace | None:
    keys = ("pkcs11_module", "pkcs11_token", "pkcs11_key", "pkcs11_pin_file")
    _refuse_unknown(table, set(keys), "ca.")
    if not table:
        return None
    if missing := [key for key in keys if key not in table]:
        raise ConfigError(
            f"configuration key ca.{missing[0]} is missing; the server was not started; a token "
            f"is named by all of {', '.join(keys)}, or by none where the issuing key is a file"
        )
    module, token, key, pin_file = (_text(table[key], f"ca.{key}") for key in keys)
    return TokenPlace(module=Path(module), token=token, key=key, pin_file=Path(pin_file))


def _login_rules(table: dict[str, object]) -> LoginRules:
    factor = _text(table.pop("second_factor", LoginRules().second_factor), "login.second_factor")
    numbers = {key: _whole(value, f"login.{key}") for key, value in table.items()}
    return LoginRules(second_factor=factor, **numbers)


def keep_config(config: ServerConfig, path: Path) -> None:
    """Writes `config` as the TOML above, without data_dir: the folder may be moved.

    A file that says the same is left alone, with its comments. Raises ConfigError.
    """
    known = {"data_dir": config.data_dir}
    if path.exists() and load_config(path, **known) == config:
        return
    values = {
        "public_name": config.public_name,
        "names": list(config.names),
        "listen": config.listen,
        "log_level": config.log_level,
        "trusted_proxies": list(config.trusted_proxies),
        "balancers": list(config.balancers),
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]  # TOML's own forms
    lines += ["", "[ports]", *(f"{key} = {port}" for key, port in asdict(config.ports).items())]
    login = [f"{key} = {json.dumps(value)}" for key, value in asdict(config.login).items()]
    lines += ["", "[login]", *login]
    files = {key: path for key, path in asdict(config.geoip).items() if path is not None}
    lines += ["", "[geoip]", *(f"{key} = {json.dumps(str(path))}" for key, path in files.items())]
    if config.ca is not None:
        lines += ["", "[ca]"]
        lines += [f"pkcs11_{key} = {json.dumps(str(v))}" for key, v in asdict(config.ca).items()]
    lines += ["", "[audit]"]
    places = [str(path) for path in config.audit.checkpoint_files]
    lines += [f"checkpoint_files = {json.dumps(places)}"]
    if config.audit.syslog is not None:
        lines += [f"syslog = {json.dumps(str(config.audit.syslog))}"]
    lines += ["", *lines_of(config.approvals)]
    lines += oidc_lines(config.oidc) if config.oidc else []
    try:
        path.write_text("\n".join([_HEAD, *lines, ""]), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}); the keys and stores were made; correct "
            "the folder's owner, then run `reticent-server init` again"
        ) from error


def _refuse_unknown(table: Mapping[str, object], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(
                f"configuration key {prefix}{key} is unknown (known: {', '.join(sorted(known))}); "
                "the server was not started; correct or remove it"
            )


def _table(value: object, key: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f"configuration key {key} must be a table, e.g. [{key}]")
    return dict(value)


def _text(value: object, key: str) -> str:
    if isinstance(value, Path):
        return str(value)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"configuration key {key} must be a text that is not empty")
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"configuration key {key} must be a list of texts")
    return tuple(value)


def _audit_places(table: Mapping[str, object]) -> AuditPlaces:
    files = _texts(table.get("checkpoint_files", ()), "audit.checkpoint_files")
    syslog = Path(_text(table["syslog"], "audit.syslog")) if "syslog" in table else None
    return AuditPlaces(checkpoint_files=tuple(map(Path, files)), syslog=syslog)


def _whole(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(f"configuration key {key} must be a whole number")
    return value
