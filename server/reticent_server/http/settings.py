"""Where the API begins, and the bounds of one request."""

API_PREFIX = "/api/v1"

BODY_BYTES_MAX = 64 << 10
FORM_FIELDS_MAX = 32
QUERY_CHARS_MAX = 2_000  # of `q`
CURSOR_CHARS_MAX = 1_024
EVENTS_LIMIT_MAX = 1_000
EVENTS_LIMIT_DEFAULT = 100
COUNTS_LIMIT_DEFAULT = 20
DEVICES_LIMIT_MAX = 500
HISTOGRAM_DAYS_MAX = 400

# The event store's readers are few; who comes when this many wait is told to come back.
STORE_CALLS_AT_ONCE = 8
STORE_CALLS_WAITING_MAX = 64
LOGINS_AT_ONCE = 2  # as many as passwords are checked at once
LOGINS_WAITING_MAX = 32

SESSION_COOKIE = "__Host-reticent"
STEP_COOKIE = "__Host-reticent-step"  # a log-on that waits for its second factor
PASSKEY_COOKIE = "__Host-reticent-passkey"  # which browser a challenge is for
SSO_COOKIE = "__Host-reticent-sso"  # a log-on on its way to the OpenID provider and back
BROWSER_COOKIE = "__Host-reticent-browser"  # opens nothing: see auth/known_browsers.py
POLL_HEADER = "X-Reticent-Poll"  # a page that refreshes itself is not a person at work
COOKIE_CHARS_MAX = 128
CSRF_HEADER = "X-CSRF-Token"
