"""The bounds of logging on. They are the code's, not an operator's."""

PASSWORD_CHARS_MIN = 12
PASSWORD_BYTES_MAX = 1_024  # argon2 reads it all, so a client must not choose how much
NAME_CHARS_MAX = 64
SESSION_IDLE_S = 60 * 60
SESSION_MAX_S = 12 * 60 * 60
SESSIONS_PER_ACCOUNT_MAX = 20
SESSION_TOUCH_S = 30  # `last_used_s` is written at most this often
TOKEN_DAYS_DEFAULT = 90
TOKEN_DAYS_MAX = 366
TOKENS_PER_ACCOUNT_MAX = 50
TOKEN_NAME_CHARS_MAX = 100
TOKEN_TOUCH_S = 60

# Throttling: failures within the window before further tries are refused unread.
THROTTLE_WINDOW_S = 15 * 60
FAILURES_PER_NAME_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 30
FAILURES_PER_NAME = 50  # generous: else anyone could lock an administrator out
THROTTLE_KEYS_MAX = 50_000

# RFC 9106, the second recommended option, at half its lanes for a small server.
ARGON2_TIME_COST = 3
ARGON2_MEMORY_KIB = 65_536
ARGON2_LANES = 2
PASSWORD_CHECKS_AT_ONCE = 2  # each takes 64 MiB while it runs

ROLES_MAX = 200  # that a customer makes
ROLES_PER_ACCOUNT_MAX = 16
ROLE_GROUPS_MAX = 200
ROLE_COLUMNS_MAX = 500
