"""The bounds of SCIM. They are the code's, not an operator's."""

PEOPLE_MAX = 100_000
GROUPS_MAX = 5_000
MEMBERS_PER_GROUP_MAX = 20_000
BODY_BYTES_MAX = 1 << 20
OPERATIONS_MAX = 1_000  # of one PATCH
MEMBERS_PER_OPERATION_MAX = 5_000
TEXT_CHARS_MAX = 512
USER_NAME_CHARS_MAX = 256
FOLDED_CHARS_MAX = 512  # of a name or an address as it is compared
FOLDED_GROUP_CHARS_MAX = 1_024
VALUES_MAX = 16  # e-mail addresses of one person, and phone numbers
FILTER_CHARS_MAX = 1_000
FILTER_TERMS_MAX = 8
PATH_CHARS_MAX = 256
PAGE_DEFAULT = 100
PAGE_MAX = 200
MEMBERS_PER_PAGE_MAX = MEMBERS_PER_GROUP_MAX  # of all groups of one: 200 large ones fill a memory
