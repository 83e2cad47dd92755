"""Every bound that both sides share, units in the names (DESIGN.md, "Numbers to hold")."""

# Batches and rows.
BATCH_ROWS_MAX = 1_000
BATCH_BYTES_MAX = 1 << 20  # of the compressed payload
BATCH_PLAIN_BYTES_MAX = 8 << 20  # after decompression; more is a zip bomb
ROW_BYTES_MAX = 64 << 10
VALUE_LIST_MAX = 256  # elements of one list value
TABLES_PER_BATCH_MAX = 64
COLUMNS_PER_TABLE_MAX = 64
RULE_COUNTS_PER_BATCH_MAX = 4_096
TS_US_MAX = 4_102_444_800_000_000  # 2100-01-01; a row beyond 1970 to 2100 has no usable time
NAME_CHARS_MAX = 64  # of a table, an event, a field
DOMAIN_CHARS_MAX = 160  # of a pseudonym's domain: "table.field" or a link group
RULE_CHARS_MAX = 256  # of a rule's name in a count

# The spool.
SPOOL_BYTES_MAX = 256 << 20
SPOOL_ROWS_MAX = 2_000_000

# The stream.
IN_FLIGHT_BATCHES_MAX = 4
STREAMS_MAX = 20_000
MESSAGE_BYTES_MAX = 2 << 20  # one gRPC message
HELLO_WAIT_S = 10.0
RECONNECT_FIRST_S = 1.0
RECONNECT_MAX_S = 300.0
KEEPALIVE_S = 240.0  # a laptop on battery is not woken more often than every four minutes
PONG_WAIT_S = 5.0
UNINSTALL_STUCK_S = 600.0  # what cannot be deleted in that time is left there, and named
UNINSTALL_HERE_S = 30.0  # for both, where somebody sits before the laptop and waits
UNINSTALL_TELL_S = 7 * 86_400  # a laptop that is being uninstalled keeps its key to tell the server

# Policies and enrolment.
POLICY_BYTES_MAX = 512 << 10
POLICY_TESTS_MAX = 256
TOKEN_CHARS_MAX = 8_192
CA_CERTIFICATES_MAX = 8  # that a laptop trusts at once
CSR_BYTES_MAX = 8 << 10

# Collection.
COMMAND_OUTPUT_BYTES_MAX = 16 << 20
FILE_BYTES_MAX = 64 << 20  # the largest file a state collector reads
LOG_LINE_BYTES_MAX = 32 << 10  # a longer line is cut and says so
COLLECT_SECONDS_MAX = 30.0
TABLE_ROWS_MAX = 20_000  # rows of one state table in one round
SMALL_FILE_BYTES_MAX = 64 << 10  # of a sysfs value, os-release and the like
PROC_FILE_BYTES_MAX = 4 << 20  # /proc/cpuinfo has 1.5 KB a processor, up to 2,048 of them
GLOB_PATHS_MAX = 20_000  # paths that one pattern may find
ABSENCES_MAX = 64  # that one round of a collector may tell
PRIVILEGED_ANSWER_BYTES_MAX = 64 << 10  # of the helper that runs as root
PRIVILEGED_RECORDS_MAX = 256  # in one answer
PRIVILEGED_TEXT_CHARS_MAX = 512  # of each value in it
SYMLINKS_MAX = 40  # followed on the way to one file, as in the kernel
FOLLOW_LINE_BYTES_MAX = 1 << 20  # of a followed command's line; a longer one is cut

# The policy language.
POLICY_DEPTH_MAX = 16  # mappings and lists inside one another
POLICY_RULES_MAX = 4_096
POLICY_FILES_MAX = 64  # log files that one policy names
POLICY_TEXT_CHARS_MAX = 20_000  # the notice, purpose and legal basis, each
POLICY_NAME_CHARS_MAX = 64  # rule ids, link groups
POLICY_PATH_CHARS_MAX = 1_024
RETENTION_DAYS_MAX = 3_650
POLICY_CLOCK_TOLERANCE_S = 86_400  # not_before and expires bear with a clock a day off

# Redaction.
CUT_LOOK_BACK_BYTES = 1_024  # how far before the bound a cut looks for white space
OWN_IDENTIFIERS_MAX = 4_096  # what a laptop remembers of itself for exact matching
PSEUDONYM_CACHE_MAX = 2_048  # values a field whose pseudonym is remembered, each up to 256 bytes
CARRIED_ROW_FIELDS_MAX = 64
SEALED_BYTES_MAX = 32 << 10  # of a value that is sealed; the text of it is a third longer
BUCKET_BOUNDS_MAX = 256
SEAL_KEY_CHARS_MAX = 128
DATE_SHIFT_DAYS_MAX = 3_650
DATE_SHIFTS_CACHED_MAX = 2_048  # persons whose shift is remembered, a field
EPOCHS_MAX = 64  # pseudonym epochs that have keys at the same time
GATE_POLICIES_MAX = 8  # that the last-mile gate knows; of others only own names and secrets stop
GATE_KINDS_MAX = 64  # of stopped values that health rows tell apart, field by field
CUSTOM_DETECTORS_MAX = 32  # of one policy
CUSTOM_PATTERN_CHARS_MAX = 1_024
CUSTOM_PATTERN_SIZE_MAX = 600  # instructions of RE2's program, the longer of its directions
CUSTOM_PATTERNS_SIZE_MAX = 4_000  # of all detectors of one policy together
CUSTOM_CONTEXT_WORDS_MAX = 32
CUSTOM_MATCHES_MAX = 512  # of one pattern of a policy in one text; with more it is dropped
CUSTOM_FINDINGS_MAX = 4_096  # of all patterns of a policy in one text; with more it is dropped
# Bytes of a text times instructions of the policy's patterns that look at it; with more it is
# dropped. One pattern of the largest size may look at the longest line.
CUSTOM_WORK_MAX = 20_000_000
ALLOWED_MAX = 1_024  # exceptions of one policy
ALLOWED_CHARS_MIN = 3

# The server: certificates and enrolment.
DEVICE_CERTIFICATE_S = 14 * 86_400
CERTIFICATE_BACKDATED_S = 48 * 3_600  # so that a laptop whose clock is a day behind can connect
ENROLMENT_TRIES_PER_ADDRESS = 200  # at once; a site's laptops may share one address
ENROLMENT_TRIES_PER_ADDRESS_PER_S = 20.0  # after that
ENROLMENT_FAILURES_PER_ADDRESS = 20  # at once
ENROLMENT_FAILURES_PER_ADDRESS_PER_S = 0.2  # after that
ENROLMENT_TRIES_PER_TOKEN = 500  # at once; a site's laptops may come with one token
ENROLMENT_TRIES_PER_TOKEN_PER_S = 50.0  # after that
CERTIFICATE_BYTES_MAX = 8_192  # of a device, in DER
ENROLMENT_ADDRESSES_MAX = 10_000  # addresses that are remembered
ENROLMENT_USES_MAX = 100_000
ENROLMENT_TOKEN_S_MAX = 366 * 86_400
REASON_CHARS_MAX = 512  # of a sentence that a laptop or a person sends with a decision

# The server: ingest.
GROUP_ROWS_MAX = 20_000  # rows that make a group commit go at once
GROUP_ROWS_TAKEN_MAX = 50_000  # rows of one group when more have gathered
GROUP_WAIT_IDLE_S = 0.02  # how long the first batch after a quiet time waits for company
GROUP_WAIT_BUSY_S = 0.25  # the same while commits follow each other: fewer, larger inserts
QUEUE_ROWS_MAX = 200_000  # accepted and not yet durable, over all streams
QUEUE_BYTES_MAX = 256 << 20  # of their unpacked columns
APPENDS_AHEAD_MAX = 2  # groups with the writer at a time
APPEND_RETRY_FIRST_S = 1.0  # after a failed insert; doubles each time
APPEND_RETRY_MAX_S = 30.0
RETRY_AFTER_NO_ROOM_MS = 10_000
IN_FLIGHT_ALL_STREAMS = 400  # batches; above so many streams each gets fewer in flight
GAPS_PER_STREAM_MAX = 256  # in a row, before the stream is closed
STREAM_FRAMES_MAX = 64  # control frames that wait for a slow reader
QUARANTINE_ENTRIES_MAX = 100_000  # the oldest go first
POLICIES_COMPILED_MAX = 256  # kept ready for the second lock
PSEUDONYMS_CACHED_MAX = 500_000
STOP_S = 5.0  # a graceful stop takes no longer

# Collection of events.
EVENT_TS_US_MAX = 9_000_000_000_000_000  # the year 2255; a later time is nonsense
HEALTH_PENDING_MAX = 64  # different reports that wait for a busy sink; further ones are counted
EMIT_ROWS_MAX = 500  # of a source in one go
EVENT_LINES_WAITING_MAX = 500  # between a followed program and its source
RECORD_LINES_MAX = 500  # of a record of several lines; further ones begin another
LOG_FIRST_BYTES = 1 << 20  # of a log file that is followed for the first time, from its end
ROTATED_FILES_MAX = 64  # old files beside a log that are looked at
LOGIN_RECORDS_FIRST_MAX = 8_192  # of wtmp and btmp the first time
LOGIN_RECORDS_RECALLED_MAX = 4_096  # looked through after a restart for sessions that go on
OPEN_SESSIONS_MAX = 1_024  # remembered until they end
NETLINK_MESSAGES_MAX = 1_000  # read from one socket in one go
HISTORY_BYTES_MAX = 96 << 20  # of a browser's history with its log; Firefox keeps to 75 MiB
HISTORY_VALUE_BYTES_MAX = 4 << 20  # of one value or row in it; Chromium's longest address has 2 MiB
HISTORY_URL_CHARS_MAX = 8_192  # of a visited page's address; what is longer is cut there
HISTORY_PROFILES_MAX = 256  # of all browsers and people of one laptop

# The agent's door for people at the laptop.
LOCAL_REQUEST_BYTES_MAX = 64 << 10
LOCAL_ANSWER_BYTES_MAX = 1 << 20
LOCAL_WAIT_S = 5.0  # for a request, and for an answer to be taken
LOCAL_CONNECTIONS_MAX = 64
LOCAL_CONNECTIONS_PER_USER_MAX = 8
CONSENTS_MAX = 4_096  # statements that one laptop keeps
CONSENT_EVERY_S = 1.0  # between two changes of one person
NEWCOMERS_EVERY_S = 10.0  # how often it is looked who the people of a laptop are

# Applications used.
APP_ROWS_WAITING_MAX = 2_000  # reported by helpers and not yet handed on
APP_ROWS_WAITING_PER_USER_MAX = 500  # of them: nobody fills the room of all
APPS_RUNNING_MAX = 4_096  # applications of all people at a time

# Diagnostics.
DIAGNOSTIC_FACTS_MAX = 512  # the list of them has fewer
