"""What a request may be about, where it may stand, and on what ground it may be refused."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """GDPR, articles 15 with 20, and 17. Restriction (18) is none of them: nothing here could keep
    a laptop's rows of one person from being read, so it would be a word alone."""

    ACCESS = "access"
    ERASURE = "erasure"


class State(StrEnum):
    OPEN = "open"
    APPROVED = "approved"  # a second person agreed: it may be run
    RUNNING = "running"  # an access: the answer may be fetched
    DONE = "done"
    REFUSED = "refused"


def stands(right: Right, state: State) -> str:
    """The state in words: an access that may be answered waits for a person, and nothing runs."""
    if right is Right.ACCESS and state is State.RUNNING:
        return "to be answered"
    return state.value


class Ground(StrEnum):
    IDENTITY = "identity-not-established"
    EXCESSIVE = "unfounded-or-excessive"
    LAW = "kept-by-law"
    CLAIMS = "legal-claims"
    OTHERS = "rights-of-others"
    WITHDRAWN = "withdrawn"


GROUNDS: dict[Ground, str] = {
    Ground.IDENTITY: "Who asked could not be shown to be the person concerned (article 12(6)).",
    Ground.EXCESSIVE: "The request is manifestly unfounded or excessive (article 12(5)).",
    Ground.LAW: "A law requires that the data is kept (article 17(3)(b)).",
    Ground.CLAIMS: "The data is needed for legal claims (article 17(3)(e)).",
    Ground.OTHERS: "It would adversely affect the rights and freedoms of others (article 15(4)).",
    Ground.WITHDRAWN: "The person took the request back.",
}
