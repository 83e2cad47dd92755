"""The bounds of logging on. They are the code's, not an operator's."""

PASSWORD_CHARS_MIN = 12
PASSWORD_BYTES_MAX = 1_024  # argon2 reads it all, so a client must not choose how much
PASSWORD_CHARS_JUDGED = 72  # the worst of this length takes 0.4 s
PASSWORD_SCORE_MIN = 3  # zxcvbn's: at least 10^8 guesses
NAME_CHARS_MAX = 64
SESSIONS_PER_ACCOUNT_MAX = 20
SESSION_TOUCH_S = 30  # `last_used_s` is written at most this often
TOTP_SECRET_BYTES = 20  # RFC 4226, section 4: as long as the hash
TOTP_DIGITS = 6
TOTP_STEP_S = 30
RECOVERY_CODES = 10
CHALLENGE_S = 5 * 60
PASSKEYS_PER_ACCOUNT_MAX = 20
PASSKEY_NAME_CHARS_MAX = 64
HALF_OPEN_S = 5 * 60
LINK_VALID_S = 24 * 60 * 60
TOKEN_DAYS_DEFAULT = 90
TOKEN_DAYS_MAX = 366
TOKENS_PER_ACCOUNT_MAX = 50
TOKEN_NAME_CHARS_MAX = 100
TOKEN_TOUCH_S = 60
SSO_CONFIRMED_S = 30 * 24 * 60 * 60  # API tokens of a person whom the provider vouched for then

# Throttling: failures within the window before further tries are refused unread.
THROTTLE_WINDOW_S = 15 * 60
FAILURES_PER_NAME_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 30
FAILURES_PER_CODE = 5  # of one account's second factor, whose password was right
FAILURES_PER_RETURN = 30  # of one address, coming back from the OpenID provider
FAILURES_PER_BROWSER = 5  # of one that the account was used from before
THROTTLE_KEYS_MAX = 50_000

# Lock-out of a name, over all addresses: one minute, two, four, ... an hour.
LOCK_FIRST_S = 60
LOCK_MAX_S = 60 * 60
LOCK_FORGET_S = 24 * 60 * 60  # without a failure
BROWSER_KNOWN_S = 180 * 24 * 60 * 60
BROWSERS_PER_ACCOUNT_MAX = 20

# RFC 9106, the second recommended option, at half its lanes for a small server.
ARGON2_TIME_COST = 3
ARGON2_MEMORY_KIB = 65_536
ARGON2_LANES = 2
PASSWORD_CHECKS_AT_ONCE = 2  # each takes 64 MiB while it runs

ROLES_MAX = 200  # that a customer makes
ROLES_PER_ACCOUNT_MAX = 16
ROLE_GROUPS_MAX = 200
ROLE_COLUMNS_MAX = 500
