"""The bounds of single sign-on. They are the code's, not an operator's."""

CALL_S = 10.0  # all of one exchange with the provider, from the connection to the last byte
BODY_BYTES_MAX = 256 << 10  # of a discovery document, a key set, an answer with tokens
KEYS_MAX = 64  # of a provider's key set that are looked at
KEEP_DOCUMENTS_S = 3_600.0  # the discovery document and the keys; a key taken away is gone by then
KEYS_AGAIN_S = 60.0  # for a key that is not known they are fetched anew, but not more often
FAILED_S = 5.0  # a provider that failed is not asked again at once
CALLS_AT_ONCE = 8
CALLS_WAITING_MAX = 64

ATTEMPT_S = 10 * 60  # from the button to the way back
NEXT_CHARS_MAX = 1_024
COOKIE_CHARS_MAX = 4_000  # browsers keep 4,096 bytes of one cookie, its name included
CODE_CHARS_MAX = 4_096
STATE_CHARS_MAX = 128

ALGORITHMS = ("RS256", "ES256")  # no "none", and none whose key the provider would have to share
RSA_BITS_MIN = 2_048
LEEWAY_S = 60  # between the provider's clock and ours
TOKEN_CHARS_MAX = 64 << 10
SUBJECT_CHARS_MAX = 255  # OpenID Connect Core 1.0, section 2
GROUPS_MAX = 2_000
ACR_CHARS_MAX = 64
AMR_MAX = 8
