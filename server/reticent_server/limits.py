"""Bounds that only the server has, units in the names. Shared ones: `reticent_contract.limits`."""

from reticent_contract.limits import STREAMS_MAX

# The event store: what one query may take. The same process ingests.
QUERY_THREADS_MAX = 2
QUERY_MEMORY_BYTES_MAX = 1 << 30
QUERY_SECONDS_MAX = 30
QUERY_RESULT_ROWS_MAX = 2_000_000
QUERY_RESULT_BYTES_MAX = 512 << 20
READERS_MAX = 4  # connections; further readers wait
READER_WAIT_S = 30.0
POLICY_REACH_WAIT_S = 2.0  # for a thread to count people; without one a comparison says no number

# The event store: what the engine may take in all.
ENGINE_MEMORY_BYTES_MAX = 4 << 30
ENGINE_BACKGROUND_THREADS = 2
MARK_CACHE_BYTES = 256 << 20
GROUP_ROWS_MAX = 200_000  # rows of one group, receipts included; one block, so one part
TS_US_MAX = 7_258_118_400_000_000  # 2200-01-01; a laptop's clock beyond it is stored as this
DELETE_DEVICES_MAX = 4_000  # that one statement names; it is 160 KiB long then
TAKEN_ROWS_MAX = 200_000  # that one statement deletes by their numbers: 8 MiB in memory
CLOSE_DAYS_EVERY_S = 600.0  # how often it is looked for days that are over

# Receipts, when they are checked.
RECEIPT_PAGE_BATCHES = 2_000  # batches of one stream that are read at a time
RECEIPT_PROBLEMS_MAX = 100  # told one by one; further ones are counted

# Erasing and retention.
ERASURE_POLL_S = 0.5  # while an erasure is not done
ERASURE_SLOWER = 1.25  # each time, up to the next
ERASURE_LOOK_S = 60.0  # else: another server may have been asked
ERASURE_LATE_S = 3_600  # after which `doctor` says so
RETENTION_FIRST_S = 120.0  # after the start, whose work comes first
RETENTION_EVERY_S = 3_600.0
CLOCK_JUMP_S = 2 * 86_400  # since the last round: the clock was set, or the server off
RETENTION_HOLD_S = 20 * 3_600  # of running time, after that; less than from one night to the next

# Requests of persons about their own data.
RIGHTS_IDENTIFIERS_MAX = 16  # by which one person is known
RIGHTS_DEVICES_MAX = 64  # laptops that are theirs
RIGHTS_OPEN_MAX = 1_000  # requests that are not over
RIGHTS_LISTED_MAX = 200
RIGHTS_POLICIES_MAX = 4_000  # versions that are read for their link groups
RIGHTS_COUNTS_SHOWN_MAX = 500  # laptops and tables that one answer names
RIGHTS_KEPT_S = 3 * 366 * 86_400  # after the end: who asked may still complain of it
RIGHTS_SETTLE_S = 5.0  # after asking; then what is being stored is waited for as well
APPEND_ENDS_S = 60.0  # for which one look waits for that; the next one does again

# Support bundles.
BUNDLE_LOG_LINES_MAX = 200
BUNDLE_BYTES_MAX = 60 << 10  # so that the second person is shown all of it
BUNDLE_KEPT_S = 7 * 86_400

# Search.
SEARCH_ROWS_MAX = 1_000  # rows of one page
EXPORT_ROWS_MAX = 2_000_000
SEALED_ROWS_MAX = 100  # events whose sealed values are handed out at once
SEALED_KEYS_MAX = 16  # of one column that a count tells apart
EXPORT_BUSY_TRIES_MAX = 60  # a second apart, for one page
CURSOR_CHARS_MAX = 256
QUERY_CHARS_MAX = 4_096
QUERY_TERMS_MAX = 64
PERSON_CHARS_MAX = 256
PERSONS_PER_LOOKUP_MAX = 4
LOOKUP_POLICIES_MAX = 64  # whose link groups count; the newest of each group does in any case
QUERY_DEPTH_MAX = 16

# Policies.
LINT_REASON_CHARS_MAX = 400  # so that an audit entry holds it whole, beside what it is about
POLICY_HISTORY_MAX = 1_000  # versions of a group that are listed, the newest first
POLICY_LINEUPS_MAX = 64  # groups whose policies are kept in memory
POLICY_FILES_DEEP_MAX = 8  # files that extend each other
REFUSALS_SHOWN_MAX = 20  # different reasons that are listed, the most frequent first
SILENT_AFTER_S = 600  # a laptop's keep-alive comes at least every four minutes

# GeoIP files.
GEO_CHECK_S = 10.0  # how often it is looked whether a file was exchanged
GEO_FILE_BYTES_MAX = 512 << 20  # held in memory

# The PROXY protocol: one header, before anything else.
PROXY_HEADER_BYTES_MAX = 4_096  # of version 2, with what balancers add
PROXY_HEADER_S = 3.0
PROXY_CONNECT_S = 5.0  # to the inner port on loopback
PROXY_PREFACE_S = 15.0  # from then on to the client's answer in the TLS handshake
PROXY_HEADERS_PER_BALANCER_MAX = 1_024  # connections of one balancer that wait for their header
PROXY_PREFACES_PER_ADDRESS_MAX = 256  # of one client's address: an office, all at once

# The console's port, and gRPC's connections that bring nothing.
HTTP_HEAD_S = 15.0  # for the head of a request, from the connection or its first byte on
HTTP_BODY_S = 60.0  # from then on, for its body
HTTP_STALL_S = 60.0  # of a client that does not read its answer
HTTP_WAITING_PER_ADDRESS_MAX = 256  # connections that owe a part of a request: an office at once
GRPC_CONNECTIONS_MAX = STREAMS_MAX + 1_024  # of a port; renewals and enrolments come beside
GRPC_HANDSHAKE_S = 15.0
GRPC_IDLE_S = 30.0  # of a connection without a call
GRPC_ENROLMENT_S = 60.0  # a connection to the enrolment port, which needs a second
TLS_RECORD_BYTES_MAX = 2_048  # of what gRPC writes; each connection keeps a buffer for one

HELLO_BYTES_MAX = 16 << 10  # parts are kept as long as its stream; an agent's has under 2 KiB

# What the server writes down of a device.
CONNECTION_ROW_EVERY_S = 60.0  # of one device from one address
RECORD_FILE_BYTES_MAX = 4 << 20  # of an imported CSV file
RECORD_FILE_LINES_MAX = 2_000
# Names in such files that no device has: each tests a guess.
RECORD_MISSES_PER_FILE_MAX = 20
RECORD_MISSES_MAX = 200  # of all files together, within
RECORD_MISSES_WINDOW_S = 3_600.0

# The audit trail.
AUDIT_CHECKPOINT_ROWS = 1_000  # rows after which a checkpoint is signed
AUDIT_CHECKPOINT_S = 300.0  # or this long after the first row since the last
AUDIT_CHECK_ALL_S = 86_400.0  # how often every row is checked; the newest are at each checkpoint
AUDIT_PAGE_ROWS = 500  # rows that are read at a time
AUDIT_PROBLEMS_MAX = 100  # told one by one; further ones are counted
AUDIT_CHECKPOINT_FILES_MAX = 8

# Devices. The first two are of groups that say nothing else.
DEVICE_SILENT_AFTER_S = 14 * 86_400  # as long as a certificate lives
DEVICE_RETURN_WITHIN_S = 30 * 86_400
SILENT_AFTER_S_MIN = 3_600  # a laptop's keep-alive comes at least every four minutes
SILENT_AFTER_S_MAX = 366 * 86_400
RETURN_WITHIN_S_MAX = 366 * 86_400
PAUSE_S_MAX = 30 * 86_400
ACTIONS_OPEN_MAX = 16  # that wait for one laptop
ACTIONS_LISTED_MAX = 100
UNINSTALL_CONFIRM_S = 86_400  # a laptop that said "begun" and no more is retired after so long
UNINSTALL_LOOK_S = 300.0
DIAGNOSTICS_KEPT_S = 30 * 86_400

# The second person.
APPROVAL_REASON_CHARS_MAX = 400  # so that an audit entry holds it whole
APPROVAL_SHOWN_CHARS_MAX = 64_000  # what the second person reads
APPROVALS_WAITING_MAX = 200  # of all accounts together, so that a list holds them all
APPROVALS_WAITING_PER_ACCOUNT_MAX = 50
APPROVALS_LISTED_MAX = 200
APPROVALS_EXPIRED_AT_ONCE_MAX = 200  # in one go; the rest in the next
APPROVALS_KEPT_S = 2 * 366 * 86_400  # after asking; the audit trail keeps them for ever
APPROVALS_EXPIRE_EVERY_S = 600.0
