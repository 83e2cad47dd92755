"""The words that logs are written in, for `vocabulary.is_word`; names of products are `products`'.

Must hold: the list is ours, of this project's own texts and of what programs say. A given name is
in it only where it is a word that stands behind `user`, `for` or `by` more often than a person.
"""

from __future__ import annotations

WORDS = """
    aa aadhaar abandon abbreviate abc ability able abnormal abort about above absence absent
    absolute abuse ac acc accelerate accept acceptance acceptor access accessible accessor accessory
    accident accommodate accompany accomplish accord accordingly account accountant acct accumulate
    accuracy accurate achieve ack acknowledged acquire acr across act activate active actor actual
    actuator ad adapt adapter add addition additionally address adequate adjacent adjoin adjust adm
    admin administer administration administrator admiral admission admit adopt advance advantage
    advertise advice advise advisory afar affect affinity afford after afternoon afterwards again
    against age agency agent aggregate aggregator aggressive agile ago agree ahead ai aid aim air
    airportd airtable airtel alarm alembic alert alerter algorithm alias align alike alive all
    allergy allocate allocator allow ally alone along alongside aloud alpha alphabet already also
    alter alternate alternative although altogether alumni always am ambient ambiguous amend
    american amid among amount ampersand ample amr an analog analyse analyser analysis analyst
    analyze analyzer ancestor anchor and anew angle animate annotate announce annual anomaly
    anonymous another answer antenna antivirus any anybody anycast anymore anyone anything anyway
    anywhere ap apache apart apikey apirk apparent appeal appear append appliance applicable
    applicant application apply appoint appreciate apprentice appro approach appropriate approval
    approve approvers approximate apr apt arbiter arbitrarily arbitrary architecture archive
    archiver are area aren arena argc argparse argue argument arise arisen arithmetic arm arn around
    arrange array arrival arrive arrow article artifact artwork as ascend aside ask aspect assemble
    assembler assert assess assign assignee assist associate assume assure asymmetric asyncio at atd
    ate atlassian atom atomic attach attack attacker attain attempt attend attendance attendees
    attention attest attorney attribute auction audience audio audit auditd auditor auf aug auid
    authentic authenticate authenticator author authorise authorization authorized authorizing
    authtime auto autocomplete autofill automate automatic automatically automaton autonomy autoplay
    autosave autostart autovacuum avahi availability available average avert avoid await aware away
    axis az back backbone background backlight backlog backslash backtrace backtrack backup backward
    bad badblock badge badly bail balance balancer bandwidth bank banned banner bar bare bark
    barometer barrier base baseline basic basically basis basket bat batch battery baz bcp bcrypt be
    beacon beam bean bear bearer beat became because become bed beef been before began begin begun
    behalf behave behavior behaviour behind beige being believed believes belong below bench
    benchmark beneath beneficiary benefit bent beside best bet beta better between beyond bias bid
    bidirectional big billed billing billion bin binary bind binder bindings bindpw bit bitlocker
    bitmap bitmask bitrate bitten biz black blacklist blame blank blast bled blend blink blip blob
    block blocker blocklist blog bloom blower blown blue blueprint bluetooth bluetoothctl bluetoothd
    blur board body bomb bond bonus book bookmark bool boost boot bootloader bootstrapper border
    bore born borrow boss bot both bottle bottleneck bottom bought bounce bound boundary box braces
    bracket branch brand brave breach break breakpoint bred brew bridge brief bright bring broad
    broadcast broadcaster broke broken broker bronze brought brown brownout browse browser brute
    bssid btmp bucket budget buffer bug build builder built builtin bulk bulletin bump bundle
    bundleid bundler burnt burst bus busctl business busy but button buy buyer by bypass byte
    bytecode cable cafe calculate calendar calibrate call callback caller calvisitor came camera
    campaign campus can canaries cancel candidate cannot canonical cant canvas cap capability
    capacity capital captain captive capture car caravan carbon card cardholder care careless caret
    cargo carriage carrier carry cascade case cast cat catalog catalogue catch categorize category
    caught caused causes caution cc cd cease cel cell cellar cellular center centos central centre
    century ceremony certain certificate certify cf ch chaddr chage chain challenge chance change
    changelog changeset channel chap chapter char character charge chargeback charger charset chart
    chassis chat chatd chauthtok chdb cheap cheaper check checkbox checker checklist checkout
    checksum chef cheque chfn chief child children chip choice choose chose chosen chpasswd chromium
    chronyd chroot chunk churn ci cipher ciphersuite ciphertext circle circuit circular citizen city
    claim clamp clan clash class classic classifier classify classless classmate classpath classroom
    clause clean cleaner cleanup clear clerk click client clinic clip clipboard clock clocker clone
    close cloud cloudflare clung cluster cmdkey co coach coalesce coarsely code codepoint codice
    coherent cold collaborate collapse collate colleague collect collector collide collision
    colocate colon colonel color colour column combine combiner come comm comma command commander
    commerce commercial commit committer commodity common commonest communicate community compact
    company compare comparison compartment compass compat compatibility compatible compensate
    compete compile compiler complain complete complex compliance compliant comply component compose
    composite compound comprehend compress compressor compromise compute computer con concatenate
    conceal concern conclude concurrent condition conduct conectado conference confidence confident
    configd configurator configure confirm conflict conform confuse congest connect connector
    connexion consecutive consensus consent consequence consequently conserve consider consist
    consistency consistent console consolidate constant constrain constraint construct constructor
    consult consultant consume consumer contact contain container containerd content context
    contiguous continue continuous contract contractor contradict contradictory contrast contribute
    control controller convenience converge conversation conversion convert converter convey
    convinced cookie cooler cooperate coordinate coordinator copy copyright core corner corp
    corporation corpus correct correlate correspond corrupt cost coturn could couldn couldnt council
    counsel count countdown counter country coupon course court cover coverage cp cpufreq cpuinfo
    cqlsh crash crawl crawler create credential credit creditor creeper crept crew crisis criteria
    critical crop cross crosstalk crv crypt cryptographic cryptography cryptsetup cs ct ctrl cube
    cumulative cupsd curious currency current cursor curve custom customer cut cvv cyan cycle cyclic
    cyclist daemon daily damage dangerous dangling dark dash data database dataclasses datagram date
    datum day daylight db dba dbname dc dconf deactivate dead deadline deadlock deal dealer
    deallocator dealt death debian debit debounce debtor debug debugger decade decay deceive
    december decide decimal decision declare decline decode decoder decommission decompress
    decompressor decorate decorator decrease decrement decrypt dedicate deduct deduplicate deep
    deeper default defect defendant defender defer define deflate defragment deg degrade degree
    delay delegate delete deliberate deliver delivery delta deluxe demand demo demographic demote
    denial dense deny depart departure depend dependency dependent deploy deployer deposit depositor
    depot deprecate depth dequeue derive des descend described describes description descriptor
    deserialize design desire desktop despite destination destroy destruction destructor detach
    detail detect detective detector deter determine develop developers device devops df dha
    dhclient dhcpd di diagnose diagnosis diagnostic dial dialog dict dictate dictionary did didn
    didnt die differ difference different diffuser dig digest digit digital digitalocean dim
    dimension din diners diode dip direct directive director directory disable disagree disappear
    disarm disassembler discard discharge disco disconnect discount discover discovery discrepancy
    discuss disk dismiss dismount dispatch dispatcher display displayname dispose dispute disrupt
    dissect distance distinct distinguish distribute distributor district distrusted disturb divert
    divide division divisor dm dn dnsmasq do doas dob dock docker doctor document does doesn doesnt
    doing domain dominate donate done donor dont door dosage dot double doubt down downgrade
    downlevel downlink download downloader downstream downtime dozen dpapi draft dragon drain drank
    draw drawer drawn drift drive driven driver drop drove drown dry dscl dsmod dt due dug dumb
    dummy dungeon dup duplex duplicate durable durably duration during dwell dwelt dynamic each
    earlier early ease easily east easy eaten echo economy edge edit editor edu education ef effect
    effective efficient effort eight eighteen eighty either eject elapse elastic elect elector
    electric elevate elevator eleven eligible eliminate else elsewhere email embed emergency emit
    emitter emphasis employ employee empty emulate en enable enclave enclose enclosure encode
    encoder encounter encourage encrypt end endianness endless enemy energy enforce engage engine
    engineer english enhance enlarge enough enqueue enrich enrol enroll ensure enter enterprise
    entire entitle entity entra entropy entry enumerate envelope environment enx ephemeral epic
    epoch eq equal equator equip equivalent er erase eraser erasure error es escalate escape
    especially essential est establish estimate etag ether etypes eu euid eval evaluate even event
    eventfd eventlog eventual ever every everybody everyone everything everywhere evict evidence
    evil evolve exact exam examine example exceed excellent except excess exclude exclusive
    executablepath execute executive executor exempt exercise exhaust exist exit exp expand expect
    expedite expel expensive experience experiment expert expire expiry explain explicit explode
    exploit explore exponent exponential export exporter expose exposition express extend extension
    extent external externalid extra extract extractor extreme fabric face facilitator facility fact
    factor factory fail failback failure fair fake fall
    fallen false familie family fan far farm fast faster
    fastest fatal fault faulty favor favorite favourite fax fc fd fdesetup fds feature feb february
    fed federate fedora feed feedback feel fell felt fence fetch few fewer ff fiber fibre field
    fifteen fifth fifty figma figure file filehandle filename filesystem filevault fill fillers film
    filter filterer final finalize finalizer finance find finder fine finger fingerprint finish
    finite fire firewall firewalld firmly firmware first fiscal fit five fix fixture fixup flag flap
    flash flat flatten flavor fled fleet flew flex flexible flight flip float flood floor flow flown
    fluctuate flush fly fm fo focus folded folder follow font foo footer footprint for forbade
    forbidden forbids force forecast foreground foreign foreman forged forget forgiven forgot
    forgotten fork forker form formal format formatter former formula forth fortigate fortnight
    forty forum forward forwarder fought found four fourteen fourth fqdn fraction fragment frame
    framework frau fraud free freelancer freeradius
    freeze freq frequency frequent fresh friday friend
    from front frontend froze frozen fsync ftpuser fuel fulfil full fully fun function functional
    fund further furthermore future fuzzy gadget gain gallery game gap garbage gate gateway gather
    gauge gave gcloud gcp gdm gecko general generalise generate generator generic genuine geoip
    geolocation geometry german gesture get getaddrinfo getent getifaddrs gh gift give given gkr gl
    glob global globalprotect glpat gmtime go goal goblin goes going gold gone good got gotten gov
    govern gpasswd gps gpsd graceful gradebook gradient gradual graduate grammar grant granules
    graph graphic graphical grave gray greater greatly green greet grep grew grey grid gross ground
    group groupadd grow grown grpcio gst gstin guarantee guard guess guesser guest guide guideline
    guild gy gz ha hack had hadn half halt halves hand handle handler handoff handover handset
    handshake hang happen hard harden hardlink hardware harm harmful harmless harvest has hash
    hashmap hasn hassle hatchling have haven hazard he head header headless headroom headset health
    healthy heap hear heard heartbeat heat heater heavy heeds height held hello helo help helpdesk
    helper hemispheres hence her here hereby herr
    hertz heuristic hexadecimal hid hidden hide hierarchy
    high higher highest highlight hijack hint hire his histogram history hit hold holder hole
    holiday holster home homebrew honor hook hop horizon horizontal horse hospital host hostile
    hostmaster hot hotfix hotkey hotplug hotspot hour hover how however hr href hsrp htmx htpasswd
    hub huge human humidity hundred hundredths hung hunk hurt hw hwaddr hx hybrid hygrometer hyper
    hyperlink hypervisor hysteresis iban iccid icon id ideal idempotent identical identifier
    identify identity idle idna ids ietf if iface ifsc ifscope ignore ii iii ike il illegal im image
    imbalance imei immediate immutable impact impersonate implement implementer implicit imply
    import important importer impose improper improve ims imsi in inaccessible inactive
    inappropriate inbound inbox incident include income incompatible incomplete inconsistent
    incorrect increase increasingly increment incremental indeed indented independent index indexer
    indicate indigo indirect individual industry infect infer infinite infinities inflate influence
    influx inform informational infrastructure ing ingest inherit inhibit inhibitor initial
    initialise initialize initializer initiate initiator inject injector ink inline inner inotify
    input inquire insecure insert inside inspect inspector instability install installer instance
    instant instantiate instead institute instruct instructor insufficient insurance int integer
    integrate integrity intelligence intelligent intend intensity intent interact interactive
    intercept interceptor interest interface interfere interior interleave intermediate intern
    internal international internet interop interpolate interpret interpreter interrupt intersect
    interval intervene into intranet intrude intrusion intune invalid invalidate invent inventory
    inverse invert inverter invest investigate investor invisible invite invoice invoke invoker
    involve inward io ioreg ip ipmitool irc irrelevant irreversible is isakmp island isn isnt
    isolate iss issue issuer ist it item iterate iterator itinerary its itself iwconfig ix jail jamf
    janitor january je jitter job join joiner joints journal journalctl jsonl judge jul july jump
    junction junk juror just keep keeper keg kept kern kernel kexec kext key keyboard keychain
    keyframe keygen keymaterial keyring keystore keystroke keytab keyword kick kid kill killer
    kilobyte kind kinit kiosk knelt knew knob know knowledge known kontakt krbtgt kty kubeadm kv kyc
    la lab label lack lag laid lain landlord landscape lane language lapsed laptop large larger
    largest laser last lat latch late latency later latest latin latitude latter launch launchd
    launcher lautet law lawyer lax lay layer layout lazy ld lda ldapmodify ldapsearch lead leader
    leaderboard leaf leak leant leapt learn learnt lease least leave led ledger left leftovers
    legacy legal legend lends length lent less lesson let letter level leverage lexical lftp
    liability liaison lib libc libfoo librarian library libzypp licen licence license lid lie life
    lifetime lift light lightdm lightweight like likewise lime limit limiter line lineage linear
    lineup linger link linker lint linter lip list listen listener lit literal little live ll lladdr
    llm lng load loader loan lobby loc local localdomain locale locate lock lockdown locker lockfile
    lockout log logger logic logical login loginwindow logname logo logoff logon logout lon lone
    long longer longest longitude look lookup loop loopback loose looser loot lose loss lossless
    lossy lost lottery loud low lower lowercase lowest lp ls lsappinfo lscpu luck luggage luhn
    lvalue mach machdep machine machinectl macos macro
    madame made madvise maestro magenta magic magnet
    magstripe mail mailbox mailchimp mailgun mailto main maintain maintainer maintenance major make
    maker malformed malfunction malicious mallopt malware man manage manager mandate mandatory
    mangle manifest manipulate manner manual manufacture manufacturer many map mapper mar march
    margin marginal marked marker market marketplace marks markup maroon mask mass master masterauth
    masterpass match matcher material math matter mature max maximum may maybe mbn mbps md me mean
    meant meanwhile measure mechanical mechanism media median medical medium meet megabyte meid mem
    member membership memfd memorial memory mend mention mentor menu merchant merely merge mesh
    message met meta meter method metres metric mfa microphone microseconds middle midnight migrate
    mil milestone military million millisecond mimic min mind mine mini minifier minimal minimize
    minimum ministry minmax minor minus minute mirror miscellaneous mismatch miss misspelt mistake
    mistaken mistype misuse mitigate mix mkdir mlb mlle
    mme mnemonic mob mobile mock modal model modem
    moderate moderator modern modifier modify modular module modulo moment mon monday money
    mongodump mongosh monitor monotonic monsieur monster month
    mood more moreover morning mosh most mot
    motherboard motorist mounter mouse mov move movie mown ms msi msisdn msix much multi multiple
    multiplex multiply multiset multitask municipal munki music must mustn mutability mute mutual
    mux my mypy mysqladmin mysqldump na naive name nameserver nanoseconds narrow nation national
    native natural navigate navigator navy nb ncftpput ndjson near nearest necessary need negate
    negative neglect negotiate neighbor neighbour neither nest net netsh network networksetup
    neutral neutralise never nevertheless new newer newest newly newsletter next nfpm nfsd nftables
    ng nice night nil nine nineteen ninety nmcli no nobody node noise nologin nomad nominal non none
    nonetheless nonexistent nonsense noon noop noqa nor noreply norm normal normalised normalize
    north northbound nosniff not notably notch note nothing notice notification notifier notify
    notwithstanding noun nov novel november now nowhere nrcpt ns nsswitch nudge null num number
    numeric numerical nurse obey object objector obligation observe observer obsolete obstacle
    obtain obvious oc occasion occasionally occupy occur occurrence oct octal october odd of off
    offer office officer official offline offload offset often ok old older oldest omit on onboard
    once one oneshot ongoing online only onset onto onward op opaque open opendirectoryd opera
    operate operator opinion opponent opportunity oppose opposite opt optimal optimise optimize
    optimizer optimum option optional or orange orc orchestrate order ordinal ordinary org organic
    organise organize organizer orient origin original orphan oscillate other otherwise otpauth ou
    ought our ourselves out outage outbound outcome outdated outer outgoing outlet outline outlive
    output outside outstanding over overall overcommit overdue overflow overhead overheat overlap
    overlay overload override overrun overseer overtaken overtime overview overwrite overwritten
    owes own owner ownership pa pace pack package packet packfile pacman pad page pager paid paint
    pair palette paloalto pan panel panic pap paper parade paragraph parallel parameter params
    parcel parent parenthesis parse parser part partial participants participate particular
    partition partitioner partner party pass passcode passe passive passkey passphrase passport
    passw password passwort past paste patch path pattern pause pay payee payer payload payout
    payroll payslip paytm pbx pc pd peak pedestrian peer penalty pending people per perceive percent
    percentage percentile perfect perform performance perhaps perimeter period periodically
    peripheral permanent permission permit persist persistent person personal perspective ph
    pharmacist pharmacy phase phone phonenumbers photo phrase physical pi pick picture piece pilot
    pin ping pinger pink pip pipe pipeline pitch pivot pixel pl place placeholder plaid plain
    plaintiff plan plane planner plant plate platform platter play playback player playlist please
    pledge plenty plistlib plot plug plugin plural plus pm pn pod point pointer policy poll poller
    polygon pong pool poor pop popular populate popup port portal portfolio portrait position
    positive possess possible possibly post postal postdating poster postpone posture potential
    potion power powershell ppd practice pre precede precedence precise predict preempt preface
    prefer preference prefetch prefix preflight preload premature premium prepare prepend
    preposition prescription presence present preserve preset preshared president press pressure
    presumably presume pretend pretty prevent preview previous price primarily primary prime
    primitive principal principle print printer printf prio prior prison priv privacy private
    privilege pro probability probably probe prober problem procedure proceed process processor
    procure prod produce producer product productive profession professor profile profileparameter
    profiler profit program programme programmers progress prohibit project prolong promiscuous
    promise promisor promo promote prompt proof propagate proper property proportion proposal
    propose prose prosecutor prospect protect protective protobuf protoc protocol prototype prove
    proven
    provide provider provision provisioner proximity prune pruner ps pseudo pseudonym pseudonymise
    psexec psk psutil pt pub public publickey publish publisher pull pulse pulumi pump punch pupil
    purchase pure purge purger purple purpose pursue push put puzzle pw pwd py pyarrow pyproject
    pytest python qa quality quantifier quantity quarantine quarter quasi query quest queue quick
    quiesce quiescent quiet quit quite quiz quorum quota quote race radar radio radiology radius
    raft rail rain raise ramp ran random randomisation rang range rank rapid rare raster rate
    ratelimited rather ratify ratio rational raw rb rc rdesktop re reach reactor read reader readily
    readiness ready readyinfo real realise realize realm reap reaper reason reassemble reassign
    rebalance reboot rebuild recall receipt receive recent reception receptionist recipe recipient
    reclaim recognise recognize recommend reconcile reconfigure reconnect record recorder recover
    recovery recruit rectangle rectify recur recurse recursive recycle red redact redeem redelivery
    redeploy redirect redirector redo reduce reducer reduction redundant ref refer reference referer
    referral referrer refill reflect reflog refresh refund refusal refuse reg regard regardless
    regenerate regexp register registrable registration regress regret regular regulate regulator
    regulatory reidentify reindex reinitialize reinstall reject rejoin rekey rel relate relative
    relax relay release relevant reliable relief relink relinquish reload relocate reluctant rely
    remain remark remedy remember remind remitter remote remount removal remove rename render
    renderer renegotiate renew renewal rent reopen reorder repair repeat repetition replace replay
    replica replicate reply report reporter repository repr represent reproduce request requester
    require requirepass res reschedule rescue reseal research resemble reserve reset reside resident
    resilient resist resize resolution resolve resource respectively respond responder response rest
    restart restarter restic restock restore restrict restructure result resume retailer retain
    retention rethrow reticent retire retransmit retrier retrieve retry return reuse revalidate
    reveal revenue reverse revert review reviewers revise revocation revoke reward rewind rewrite
    rewritten rhost ridden rider right ring rip rise risen risk rival road roam robot robust rode
    role roll rollback rollout room roommate root rootpw roster rota rotate rotational rotor rough
    round route router routine row rpmdb rs rssi rsyncd rtnetlink rubbish rubric ruin rule ruleset
    run runas runaway rung runner runtime runuser ruser rush rv rw sa sabotage safari safe safety
    said sailor salary sale same saml sample sampler sandbox sandboxd sang sanitise sanitize sank
    sat satellite satisfy saturate saturday save saver saw sawn say sc scalar scale scan scatter
    scenario scene schedule scheduler schema schemathesis scheme scholar school schtasks science
    scope score scramble scrape scraper scratch scream screen screensharingd screenshot script
    scroll scrubber scrypt scutil sd sddm se seal seam search season seat sec second secondary
    secret secretary section sector secure see seed seek seem seemingly seen segfault segment segno
    seldom select self seller semantic semaphore semester semicolon send sender sendgrid senior
    sense sensitive sensor sent sentence sep separate separators september seq sequence sequential
    sergeant serial serialise serialize series serve server serverless service ses session sessionid
    set settle setuid setup setuser seven seventeen seventh seventy several severe sh shadow shake
    shaken shallow shape shard share sharp shed sheet shelf shell sheriff shield shift ship shipper
    shone shop shopify shopper short shortcut shorten shorter shortest shortlog shot should shouldn
    shout show shown shrank shredder shrink shrunk shuffle shut shutdown shutter sibling sick sid
    side sidebar sidecar sig sign signal signature signer significant silence silent silicon silver
    sim similar simple simplify simply simulate simultaneous since single singleton sink site
    situation six sixteen sixth sixty size sk skeleton sketch skew skill skip sku slash slave sleep
    sleeper slept slice slid slide slider slight slit slot slow slower small smaller smartd
    smbclient smelt smooth sms snapd snapshot sniff snippet snmpget snmpwalk snooze so soak soc
    social socket socketfilterfw soft software softwareupdated solar sold soldier solely solid
    solution solve some somebody somehow someone something sometimes somewhat somewhere sonar soon
    sort sorter sought sound source south southbound sown sp space spam spamd span spare sparse spat
    spatial spawn spawner speak speaker spec special specific specifically specify specimen spectrum
    speculative sped speed spell spelt spend spent spider spike spill spilt spin spindle splash
    splice split splitter spoilt spoke spoken sponsor spoof spool spooler sport spot sprang spread
    spreadsheet sprinkled sprung spun sqlcmd sqlplus square squash src srcuser sshpass ssn st
    stability stabilizer stable stack staff stage stagger stale stall stamp stand standalone
    standard standby stank stanza staple star start starter starve stash stat state stateless static
    statistic status stay std steady steal stealth steering steers stemmer step stereo stick sticky
    still stock stolen stood stop stopper stopwatch storage store storm story str straight strange
    stranger strategy stray stream streamer street strength stress stretch strict stricter stride
    strike strip stroke strong strove struck struct structure sts stub stuck student studio study
    stuff stung style stylesheet sub subclass subdivisions subject subkey submenu submission submit
    submitter subordinate subprocess subscribe subscriber subscription subsequent subset
    substantially substitute substring subsystem subtitle subtract subtree succeed success
    successful such suddenly suffer suffice sufficient suffix suggest suit suite sum summarize
    summary summon sun sunday sung sunk super superblock superintendent superior superuser supervise
    supervisor supplement supplemental supplementary supplicant supplier supply support suppose
    supposedly suppress sure surface surge surplus surprise surrogate surrogateescape surrogatepass
    surround surveillance survey survive susceptible suser suspect suspend suspension suspicious
    sustain sv swaks swam sweep sweeper swept swift swing switch switcher swollen swore swum swung
    syllabus symbol symbolic symlink symmetric symptom synchronise synchronize synchronous syndrome
    syntax synth synthetic sysadmin sysadminctl sysop system systematic tab table tablet tabulate
    tag tail tailor tailscale taint take taken talk tamper tape target tarpitted task taste taught
    tax taxonomy tbl tcpdump teacher teal team teammate teardown technical technique technology tel
    telefon telemetry tell teller temperature template temporarily temporary ten tenant tencent tend
    tension tenth tenure term terminal terminate terminology territory test testbed tester text
    textconv texture tgt than that the theft their them theme themselves then theory therapy there
    thereby therefore thereof thermal thermometer thermostat these they thief thin thing think third
    thirteen thirty this thoroughly those though thought thousand thousandths thread threat three
    threshold threw throttle throttler through throughout throughput throw thrown thumbnail thursday
    thus tick ticker ticket tidy tier tile tilt time timeline timeout timer timesheet timestamp
    timetable timezone tiny tip title to today together toggle token tokenizer told tolerance
    tolerate toll tomb tombstone toml tomorrow ton tone toner tonight too took tool toolbar tooltip
    toor top topic topology torn torrent total touch touchpad tour toward tower town trace traceback
    tracer track tracker trade trader traditional traffic trail trailer train trainee trainer trans
    transact transceiver transcode transfer transform transformer transient transit translate
    translator transmit transparent transpiler transport trap
    trash travel traverse tray treat tree trend
    triage trial triangle tried tries trigger trillion trim trimmer trip trivial trod troll trouble
    true truly truncate trunk trust truth try ts tss tt tuesday tune tunnel tunneltype tuple turbo
    tutor tutorial tweak twelve twenty twice twilio twin twine two txt type typeof typical ua ub
    ubnt udevadm udid uevent ug ui uk ultimate umfd un unable unacknowledged uname unary
    unauthenticated unauthorized unavailable unbind unblock unbound uncertain unchained unchanged
    unchecked unclean uncommitted unconditionally unconfigured undefined undelivered under underflow
    underlying underneath underrun underscore understand understood undo undone undoubtedly
    unexpected unfinished unfold unfortunately unfounded unhandled unhealthy unicast unicode uniform
    unify uninitialized uninstaller union unique unit unity universal universe unix unknown unless
    unlike unlimited unlink unload unlock unlocker unmanaged unmap unmatched unmount unmounter
    unnecessary unpack unplug unprotected unreachable unread unrecognized unrecoverable unreferenced
    unregister unresolved unresponsive unsafe unschedulable unseal unseen unset unsigned unsolicited
    unspecified unstable unsubscribe unsuccessful unsupported unsynchronized untagged untested until
    untold untouched untrusted unused unusual unwind unwrap unzip up update updater upgrade upgrader
    upi uplink upload uploader upon upper uppercase upset upstream uptime urgent urn us usable usage
    use used useful useless user useraccount useradd userdel usermod userpass userpw using usr usual
    ut utilisation utilize utmp utmpx utterly uu uw vacant vaccine vacuum vague val valid validate
    validator value valve vanish variable variance variant variation variety vary vc vec vector
    vehicle velocity vendor venue ver verb verbose verdict verhoeff verification verifier verify
    versus vertex vertical very vi via vibration victim vid video view viewer viewport viii violate
    virtual virtue virus visible vision visit visitor visual vital voice voicemail void volatile
    volt voltage volume volunteer vote voter voucher vouches vpa vsftpd vty vulnerability vulnerable
    wait waiter wake waker wakeup walk wall wallet want ward warehouse warm warn warp warrant was
    wasn wasnt watchdog watcher water watermark watt wave way wayland waypoint wb we weak weaken
    weaker weather web webadmin webauthn webmaster website wed wednesday week weekday weekend
    weighed weight welcome well went wep wept were weren west wevtapi wevtutil wg what whatever
    whatsoever wheel when whenever where whereas whereby wherein wherever whether which whichever
    while whilst white whitelist whitespace who whoami whoever whole wholesaler whom whose why wi
    wide widen wider widest widget width wiki wild wildcard will win window winlogon winner winter
    wipe wire wireless wise wishes wishlist with withdraw withdrawal withdrawn withdrew withheld
    within without witness wmic woke woken won wont word wore work workaround worker workflow
    workgroup workload workspace workstation worktree world worn worry worse worst worth worthless
    would wouldn wound wrap wrapper write writer written wrong wrote wrung ws wtmp wtmpdb wwid
    xfreerdp xi xii xmlns xprop xsd xsi xts xyz xz year yellow
    yes yesterday yet yield you younger youngest your yourself
    zero zip zombie zone zur zxcvbn
    wallpaper petty notingroup ingroup gen
    cab taxi rickshaw mozilla challan clocksource sched various beginners vimrc newcomers novices
"""
