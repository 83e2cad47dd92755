"""The words around a user name: nouns before it, verbs that people do, what belongs to somebody.

Enters: nothing. Leaves: sets of words in lower case, as bytes, for `slots`.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.model import words

_ANY_DIGIT = bytes.maketrans(b"123456789", b"0" * 9)


def _listed(text: str) -> frozenset[bytes]:
    return frozenset(word.encode().translate(_ANY_DIGIT) for word in words(text))


# A name stands directly behind one of these, and several behind the plural.
NOUNS = _listed(
    """
    actor subject user_name user.name account_name home user username login logname account
    principal member owner author reviewer approver assignee operator customer employee subscriber
    requester requestor submitter uploader committer maintainer participant attendee moderator
    administrator admin student teacher player nick nickname handle contributor collaborator
    identity invitee inviter initiator technician cashier colleague recipient uid guest userid
    loginname follower editor sender creator caller impersonator impersonate impersonated
    moderators manager superuser delegate applicant patient passenger tenant clerk analyst upn
    viewer mailbox user.username nurse doctor physician pupil guardian instructor tutor coach
    mentor
    trainer trainee supporter dispatcher receptionist examiner interviewer donor lender borrower
    buyer seller shopper spouse consultant engineer cardholder payee payer beneficiary
    visitor traveller traveler rider teller elector taxpayer policyholder claimant debtor
    creditor remitter nominee resident invigilator neighbour neighbor daughter
    brother sister caregiver carer contractor freelancer volunteer lecturer professor
    signatory cosigner defendant plaintiff lawyer officer paramedic midwife surgeon
    dentist pharmacist therapist caretaker landlord shareholder secretary pensioner accountholder
    apprentice adviser advisor organizer organiser chairperson opponent
    logout logoff
    representative candidate chauffeur babysitter headmaster registrar interviewee
    """
)
PLURALS = _listed(
    """
    users usernames logins accounts principals members owners authors reviewers approvers
    assignees operators customers employees subscribers requesters maintainers participants
    attendees administrators admins students teachers players contributors collaborators watchers
    followers editors recipients invitees guests visitors travellers passengers
    patients organizers organisers volunteers panelists panellists
    """
)
# What may stand between a noun and the name: `user with name alice`, `login id alice`.
FILLERS = _listed(
    """
    name id named called account user username login nickname is
    mr mrs ms dr prof herr frau sir madam monsieur madame mme mlle
    """
)
# Keys of `key=value`, `key: value` and JSON that hold a person's name; anything may stand before.
KEYS = tuple(
    sorted(
        _listed(
            """
    author authors reviewer reviewers approver approvers assignee assignees operator subscriber
    maintainer maintainers participants attendees watchers followers contributor contributors
    collaborators moderator nick nickname owners users requesters players inviter invitee
    impersonator technician cashier student teacher screen_name loginname account_name
    display_name userid user_id logonid member members manager editor employee_id upn
    authenticationid authorizationid authcid authzid whom sender recipient handle admin admins
    administrators delegate actor employees contact contact_name contactname person people
    customer customer_name customername patient patient_name patientname passenger
    passenger_name guest guest_name guestname driver_name drivername rider courier_name visitor
    visitor_name traveller traveler organizer organiser speaker
    presenter attendee participant full_name fullname real_name realname displayname
    sender_name recipient_name student_name employee_name employeename holder_name holdername
    cardholder accountholder account_holder payee payer beneficiary remitter nominee claimant
    policyholder insured signatory assigned_to assignedto shared_with sharedwith
    shared_to sent_to issued_to granted_to reports_to reportsto delegated_to who callee
    screenname user_display_name worker_name officer doctor nurse physician surgeon tutor
    applicant attending instructor examiner colleague opponent winner on-call oncall on_call
    """
        )
    )
)
# What people do, in the form that stands before `by` and behind a name.
DONE = _listed(
    """
    pushed triggered started approved merged created requested opened closed deleted submitted
    uploaded assigned locked unlocked printed initiated cancelled canceled modified updated
    invited issued owned reset added removed performed sent edited reported granted revoked
    reviewed committed deployed released acknowledged acked resolved executed impersonated changed
    run escalated declined muted unmuted kicked banned unbanned promoted demoted archived pinned
    shared forwarded posted postponed published claimed dismissed wiped retired stopped paused
    resumed held authored written signed authorized authorised authenticated configured registered
    enrolled suspended disabled enabled activated deactivated confirmed rejected denied accepted
    downloaded viewed accessed read joined left moved renamed copied restored imported exported
    scheduled unassigned reassigned reopened commented mentioned replied answered voted rated
    liked followed subscribed unsubscribed purchased ordered paid booked reserved checked verified
    validated completed finished cleared silenced snoozed overridden override bypassed elevated
    switched nominated sponsored supervised hired onboarded offboarded terminated dispatched
    recorded logged entered typed saved drafted proposed suggested called transferred delegated
    withdrawn launched aborted interrupted killed rebooted restarted rolled attempted made given
    taken borrowed returned raised handled picked investigated triaged tagged labelled labeled
    unlinked linked blocked unblocked flagged marked escorted visited tested queued used
    placed filed lodged prepared countersigned cosigned notarised notarized witnessed endorsed
    prescribed dispensed diagnosed admitted discharged referred taught graded coached led chaired
    organised organized presented moderated welcomed greeted introduced awarded bought sold
    invoiced refunded donated pledged bid beaten defeated eliminated knocked fragged
    revived healed traded proofread dictated photographed rung buzzed swiped badged
    upvoted downvoted starred cherry-picked reverted waived
    vetoed instructed phoned rang texted stamped
    excused armed disarmed abandoned applied migrated lowered
    """
)
# Nouns of what people do: `login by alice`, `request by alice`.
DEEDS = _listed(
    """
    login logon logout logoff log-in sign-in signin request change changes upload download commit
    comment review edit attempt attempts message post approval submission access visit action
    order payment purchase call invite invitation update deletion modification su sudo command
    session query checkout report build run job scan shift booking deposit withdrawal pickup
    rollback donation complaint inspection trip ride reservation rental appointment vote bid claim
    escalation recording revert deployment override sign-off signoff
    """
)
# Behind a name at the beginning of a clause. `logged`, `signed` ask for `in`, `out`, … as well.
DOES = _listed(
    """
    joined left logged signed logging signing authenticated subscribed unsubscribed voted enrolled
    connected connecting disconnected disconnecting typed commented kicked banned unbanned muted
    unmuted promoted demoted invited mentioned quit slain clocked whispers whispered says said
    joins leaves typing checked-in resigned hired reacted
    wrote complained phoned texted emailed apologised thanked promised thinks
    """
)
# The same where it is said what they did it to: `alice deleted 3 files`, not `table deleted`.
DOES_THAT = _listed(
    """
    pushed approved merged uploaded downloaded reviewed requested declined submitted edited
    printed posted liked followed lost shared assigned reassigned committed deployed deleted
    changed created added removed closed reopened opened accepted rejected tried attempted renamed
    moved purchased ordered paid acknowledged escalated resolved cancelled updated modified viewed
    accessed claimed exported imported revoked granted impersonated ran executed registered issued
    exceeded won started stopped completed initiated canceled
    transferred booked reserved reacted
    silenced snoozed borrowed filed defeated
    swiped badged unlocked rebooted
    dispensed prescribed admitted graded rated deposited withdrew dialed dialled
    forgot swapped scored starred rebased force-pushed cherry-picked reverted rolled
    """
)
NO_OBJECT = _listed(
    """
    successfully in on at by to from for with via due after as and or but because under against
    into
    within
    """
)
IS = _listed(
    """
    is was been
    """
)
# What a clause is about in which `for`, `of`, `as` and `to` lead to an account.
ABOUT = _listed(
    """
    login logins logon logged logging sign-in signin sign-on signon password passwords passwd
    passphrase passcode session sessions auth authentication authenticated authenticate
    authenticating pre-authentication preauthentication authorization credential credentials
    account accounts mailbox mailboxes inbox home quota mfa otp totp 2fa two-factor ticket tgt
    eap peap kerberos access permission permissions privileges profile keyring kinit impersonation
    invitation enrolment enrollment registration license licence su sudo publickey denied granted
    locked unlocked expired challenge crontab ssh logout logoff lockout reset failures
    verification delegation desktop shadow finger expiry age vacation leave payslip salary gecos
    shell membership role roles identity token passkey fido held postponed attempts mail email
    lease enrolled registered limit key voicemail invoice payroll grants calendar document
    printing access-reject access-accept radius bind dn notification reminder alert subscription
    appointment booking order payment refund avatar badge shift timesheet consent fingerprint
    keychain payslips slip prescription parcel delivery ride trip visa absence sick holiday
    birthday loan claim onboarding offboarding
    contacts messages wallet score office mails keyboard-interactive pam gssapi-with-mic hostbased
    attempt log-in log-on accepted
    """
)
# Directly before `of`: `session of alice`.
OWNED = _listed(
    """
    session sessions account accounts profile mailbox inbox password passwords credentials keyring
    authentication quota desktop usage home behalf identity impersonation lease leave payslip job
    jobs print login logout enrolment enrollment registration lockout reset ban approval
    invitation roles permissions membership ownership crontab email avatar calendar device laptop
    phone request privileges username expiry cart contacts wallet score subscription smartcard
    tunnel vpn processes connection key ticket tickets fingerprint grants posts comments messages
    uploads orders appointment appointments invoice salary payroll shift timesheet photo grade
    submission query queries restore chart picture keychain card loan birthday absence
    onboarding offboarding claim complaint prescription
    playlist resignation prescriptions
    badge attendance appraisal wages gratuity roster allergy allergies parcel bookmarks favourites
    favorites locker desk homework keycard wishlist
    """
)
# Behind `'s`: `alice's password`.
POSSESSIONS = OWNED | _listed(
    """
    directory files file group groups shell role token tokens key keys secret secrets access
    workspace playlist comment comments post posts repository fork branch commit pull merge
    request requests uid gid primary login status message messages machine computer screen turn
    team credential homedir ssh public private authorized previous old new current
    ipad iphone ipod macbook imac mac airpods watch pc tablet keyboard mouse trackpad buds earbuds
    headphones headset tv kindle galaxy pixel thinkpad laptop notebook home car desk
    room calendar music photos documents contacts desktop profile avatar card
    birthday absence shift leave timesheet salary payslip manager supervisor assistant delegate
    colleague lunch hotspot
    """
)
# Directly before `as`, or with `in`, `on`, `out` between.
AUTHED = _listed(
    """
    authenticated authenticate logged signed logging signing connected running login logon run runs
    acting
    publishing uploading posting posted
    registered identified bound bind binding impersonating executed executing started switched
    session su sudo command connecting authenticating continue continuing masquerading
    """
)
# Before `to`: `granted to alice`; before `from`: `revoked from alice`.
GIVEN = _listed(
    """
    granted assigned issued delegated given transferred reassigned handed belongs belonging
    switched su awarded lent offered mailed emailed promoted escalated addressed restored loaned
    denied changing switching changed impersonate whispers whispered talking speaking spoke said
    says eur euro euros usd dollars inr rupees gbp pounds chf pln sek nok dkk brl zar ngn kes aed
    rented sold leased
    """
)
HANDED = _listed("handed handing hand hands")
GRANTED = _listed("granted granting grants grant gave awarded awards")
# `display name set to alice`
NAMED = _listed("display nick full screen real")
# `Invoice for April`: behind one of the second it is no month that somebody is called.
MONTHS = _listed("april june august")
MONTHLY = _listed("invoice payslip salary timesheet report statement bill")
# Behind `for` and a name: `waiting for alice to approve`.
TO_DO = _listed(
    """
    approve accept join confirm sign respond reply review answer arrive return acknowledge
    authorise
    authorize decide vote pick collect call log finish submit pay
    """
)
TAKEN = _listed(
    """
    revoked unassigned withdrawn reclaimed reassigned
    """
)
MOVED = _listed(
    """
    add added adding adds remove removed removing removes invite invited inviting kick kicked
    kicking promote promoted demote demoted delete deleted appended moved dropped
    """
)
GROUPS = _listed(
    """
    group groups team teams project projects org organization organisation role roles channel room
    repository repo workspace sudoers wheel members board class course meeting conference
    department squad guild list committee admins moderators administrators owners editors
    channels rooms chat conversation thread whitelist allowlist blocklist
    """
)
# What a name is of, where it is not somebody's: `password for corp realm`.
THINGS = _listed(
    """
    table view schema relation database sequence function column tablespace type language display
    domain device volume interface port file folder directory path key job task queue realm
    service server host network module plugin package process thread container image cluster node
    pod namespace zone region bucket topic index repository channel protocol method algorithm
    client site page url link extension driver daemon socket bridge tunnel policy rule profile
    project
    """
)
AUXILIARIES = _listed(
    """
    has had was is have successfully just also now already been not
    """
)
IN_OUT = _listed(
    """
    in on out off into
    """
)
SENT = _listed(
    """
    sent mailed delivered texted pushed issued shown forwarded
    """
)
# Between a noun and the colon before a name: `user not found: alice`.
STATES = _listed(
    """
    not found denied refused unknown rejected invalid exists does exist added deleted created
    removed locked unlocked disabled enabled expired banned joined left ok failed updated changed is
    registered connected authenticated logged in
    """
)
# Before `user` and the name, whatever it is written as.
BEFORE_USER = _listed(
    """
    for of by from as to invalid illegal unknown authenticating authenticated new remote local
    change changed delete add adding create created console
    """
)
# Behind a noun and a name: of these not many have a noun of prose before them.
VERBS = _listed(
    """
    cannot could tried attempted left ran sent joined failed fails successfully requests requested
    logged logs signed signs connected connects disconnected disconnects authenticated
    authenticates enters entered exited exits accessed accesses granted denied revoked approved
    rejected blocked banned suspended kicked expired locked unlocked enabled disabled activated
    deactivated created added deleted removed changed updated modified renamed moved assigned
    invited registered enrolled authorized authorised executed started stopped submitted printed
    viewed opened closed edited saved uploaded downloaded pushed committed merged switched
    elevated impersonated belongs exists exceeded accepted received timed mapped resolved matched
    """
)
# The same where prose has them too, `user storage is full`: only behind what is no word of logs.
ANY_VERBS = _listed(
    """
    has had is was not does did via on at in may can will set reset requires already
    """
)
GREETINGS = _listed(
    """
    welcome hello hi hey dear goodbye bye regards cheers
    """
)
# What is done to a person and hardly to anything else.
DONE_TO = _listed(
    """
    kicked banned unbanned muted unmuted kicking banning muting impersonating invited inviting
    tagged paging mentioned fined reimbursed phoned
    """
)
# `message from alice to bob`, `chat with alice`.
TALKS = _listed(
    """
    message messages call chat mail whisper msg invitation invite dm conversation comment review
    reply approval greetings meeting payment transfer request requested donation order report
    feedback notification reminder lunch dinner breakfast coffee appointment interview catch-up
    consultation voicemail fax letter parcel gift handover hand-over handoff hand-off takeover eur
    euro euros usd dollars inr rupees
    gbp pounds chf note rent postcard complaint proposal trade
    """
)
# Before `to` and a person: `notification to alice`.
SENT_THINGS = _listed(
    """
    mail email code message invitation reminder alert reset sms link refund payment transfer call
    notification gift invite dm callback letter voicemail fax whisper
    """
)
# Between people: `match between alice and bob`.
SHARED = _listed(
    """
    match friendship game duel chat call conversation transfer session
    """
)
# What is done to whoever stands behind it, where somebody does it.
TO_SOMEBODY = _listed(
    """
    followed invited banned kicked muted blocked mentioned challenged messaged unfollowed
    """
)
SET = _listed(
    """
    set changed changing switched switching switch change renamed renaming reset setting
    """
)
RENAMED = _listed(
    """
    renamed rename renaming changed
    """
)
# Before `for` and a name with a sign in it: `failed for r.novak`.
ENDED = DONE | _listed(
    """
    failed failure failures succeeded accepted rejected refused successful success invalid
    attempts found required expired sent set ended detected exceeded
    """
)
# What may stand where a name does and belongs to somebody, or is what somebody does.
# What stands behind `account` where that is a word of Italian, of Dutch or of one like them.
_LOANED = _listed(
    """
    viene venne venga risulta riuscito riuscita utente è sono sarà stato stata disabilitato
    kan kon kunnen wordt worden werd zal moet aangemeld afgemeld aangemaakt vergrendeld ontgrendeld
    """
)
NOBODY = _LOANED | NOUNS | PLURALS | FILLERS | DONE | DEEDS | ABOUT | OWNED | POSSESSIONS | STATES
ALL = NOBODY.union(
    *(DOES, DOES_THAT, AUTHED, GIVEN, TAKEN, MOVED, GROUPS, THINGS, AUXILIARIES, NO_OBJECT),
    *(IN_OUT, GREETINGS, DONE_TO, TALKS, SENT_THINGS, SHARED, TO_SOMEBODY, SET, VERBS, TO_DO),
)
