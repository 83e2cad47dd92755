"""What stands where a user name does and names nobody: accounts of every system, words of prose.

Accounts that every system has (`SYSTEM_ACCOUNTS`: root, daemon, …) name no person and stay: an
analyst reads "session opened for user root" as it was written.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.model import words

SYSTEM_ACCOUNTS = words(
    """
    root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc
    gnats nobody nogroup _apt systemd-network systemd-resolve systemd-timesync
    systemd-coredump systemd-oom messagebus syslog uuidd tcpdump tss landscape fwupd-refresh
    usbmux dnsmasq rtkit avahi avahi-autoipd speech-dispatcher kernoops saned colord geoclue
    pulse gnome-initial-setup gdm lightdm sddm hplip nm-openvpn cups-pk-helper whoopsie sssd
    polkitd polkituser dbus sshd ftp adm shutdown halt operator postfix chrony rpc rpcuser
    nfsnobody nscd abrt apache nginx mysql postgres redis named ntp munin systemd wheel sudo
    staff users administrators tty disk kmem system local network service localservice
    networkservice
    localsystem git authority dwm-1 umfd-0 umfd-1 trustedinstaller everyone _windowserver
    _mdnsresponder _spotlight _locationd _coreaudiod
    docker libvirt libvirt-qemu lxd kvm render sgx plugdev netdev bluetooth scanner wireshark
    vboxusers vboxsf pipewire realtime dialout dip crontab shadow utmp
    yarn hdfs mapred hbase zookeeper
    """
)
# What stands after the same words without being a name.
_NO_NAMES = words(
    """
    unknown null (null) none nil n/a anonymous the a an this that these those user users
    name id uid euid is was not no from to by for with and or of in on at as space agent
    mode data input error request requests session authentication login logging logname password
    account group profile defined invalid illegal
    experience interface interaction friendly mon tue wed thu fri sat sun phone
    has had have cannot could must should might would does did been being also expected
    service services host client clients server peer connection new more some each every other
    another same it its their your our failed failure success
    await pid ip tty email date time command cmd port type status state role level access process
    """
)
# Will, May, Can and Page are people: a word that is also a name is not here.
_NO_NAMES |= words(
    """
    __token__ x-access-token x-token-auth gitlab-ci-token x-oauth-basic oauth2accesstoken _json_key
    iamapikey
    ändern zurücksetzen löschen sperren anlegen eingeben verwenden wechseln
    found manager details info directory dir file files list settings preferences action activity
    event events traffic feedback code names groups roles accounts unspecified undefined required
    optional disabled enabled timeout incorrect missing empty mismatch record convenience default
    upstream downstream tests purposes privilege tel sip mailto hand itself them him her us me you
    everyone anyone someone username
    e.g i.e
    nt auth
    true false yes off arn security unlimited https http anybody given
    experian equifax transunion
    untuk dengan für från för fra για από στο στη την του της με και niemals nicht
    können może nije není nebo eles elas pelo pela для при без или
    lokaler netzwerkdienst système servicio servizio usługa система служба сетевая
    """
)
# Accounts that a product comes with, or that say what somebody may do. In a sentence they name
# nobody (`an admin joined`); where a program says that it is a user's name, they are one.
ROLE_ACCOUNTS = words(
    """
    admin admins superuser sysadmin guest test demo ubuntu debian centos fedora ec2-user vagrant pi
    ubnt azureuser core oracle jenkins gitlab-runner nagios zabbix webadmin webmaster postmaster
    hostmaster
    """
)
LEFT_ALONE = SYSTEM_ACCOUNTS | _NO_NAMES
# What follows `user`, `account`, `login` and `owner` in prose and in settings.
IN_PROSE = words(
    """
    scope filter field fields value values key keys token tokens cache limit
    limits quota query queries table tables namespace switch import export logon logoff logout
    balance lockout lock screen attempt attempts setup shell window keyring member members sync
    count avatar consent creation registration home daemon traffic base interest research story
    stories manual guide help support flow flows journey testing test level space spaces mode modes
    land facing specific defined created deleted added removed locked unlocked online offline active
    inactive idle login logged connected disconnected exists permission permissions privileges
    rights policy policies pool pools profile profiles picture image icon icons menu task tasks
    job jobs thread threads process processes memory time usage report reports review reviews
    ratings rating response responses reply prompt prompts prompted selection choice option
    options property properties attribute attributes object objects class type types kind category
    store storage folder folders path paths library libraries script scripts extension extensions
    agreement license terms identifier identifiers uuid guid sid number numbers index entry
    entries row rows column columns schema database databases domain domains realm tenant
    organization organisation org team teams department location country region language locale
    timezone setting config configuration variable variables environment context contexts
    stack slice unit units timer target socket mount device devices display pointer
    interrupt interrupted initiated triggered requested cancelled canceled aborted authorization
    authorisation verification validation provisioning deprovisioning onboarding enrollment
    enrolment migration management administration administrator control controls access
    tracking analytics metrics statistics stats counter counters security safety privacy
    notification notifications message messages chat mail email address addresses contact contacts
    phone card cards payment payments order orders cart checkout invoice invoices billing
    subscription plan plans trial upgrade downgrade change changes update updates
    creator ownership author authors editor viewer reader writer moderator maintainer
    accounting accountname username lookup search resolver mapper mapping federation
    loop ui gui api cli sdk app apps application applications
    web site website browser tab tabs windows linux macos android ios
    plug plugin plugins module modules component components package packages
    again already always never often once only just still soon now here there where when while
    after before since until upon during through without within via per than then if else so but
    because although though either neither both all any few many most much several
    who whom whose which what how why also too very well
    maintenance automation platform infrastructure cluster node nodes pod pods
    container containers kernel firmware bios boot startup shutdown restart
    first second third last next previous current
    temporarily permanently currently recently automatically manually successfully previously
    permitted allowed accepted rejected authenticated authorized verified validated approved pending
    identity identities unix-session principal elevation escalation impersonation
    ok okay success successful succeeded
    child children approval approvals directive directives comment comments preference
    encryption decryption signing debugging downloads uploads development deployment
    executables licenses licences against
    certificate certificates signature signatures keytab handshake captcha
    int string str bool boolean float double char varchar text json xml yaml
    varchar2 varchar0 nvarchar nvarchar2 nvarchar0 nchar clob nclob blob bytea bigint
    smallint tinyint
    """
)
# What things are done by, besides people.
AGENTS = words(
    """
    timer timers cron policy kernel apple microsoft google signal remote peer daemon firewall rule
    rules script scheduler schedule webhook hook api ci bot event trigger push commit merge
    dependency dependencies parent child launchd init udev udevd dbus-daemon snapd dhcp package
    installer plugin driver bios uefi hypervisor host guest antivirus defender gatekeeper apparmor
    selinux seccomp oom-killer watchdog supervisor supervisord vendor manufacturer customer support
    helpdesk owner author admin admins administrator root foreign garbage hardware software
    mistake hand accident design operation law us them someone anyone others nobody
    replication autovacuum checkpoint compaction gc collector garbage-collector operator controller
    orchestrator kubelet kubernetes docker containerd terraform ansible puppet chef
    jenkins github gitlab renovate dependabot cloud-init certbot letsencrypt acme cloudflare aws
    azure gcp okta intune jamf sccm wsus windows linux macos android ios browser chrome firefox
    safari edge app application program programs process processes task tasks job jobs worker
    workers thread threads service services node nodes pod pods cluster load network proxy router
    switch gateway dns server servers client clients db database query index user users
    battery lid mutex transaction transactions lock cgroup dpkg apt rpm dnf alarm inhibitor
    screensaver interface adapter
    issuer acquirer bank caller hash debugger compositor telemetry logrotate apt-get powershell
    explorer finder mds mdworker spotlight outlook winword excel teams launchctl svchost lsass
    guardrail guardrails rbi gsma trai npci sebi uidai irdai nodal police court
    touchid faceid biometric biometrics webauthn pubkey mozilla opt-in opt-out
    networkmanager systemd-oomd systemd-tmpfiles sigterm sigkill sigint ctrl-c
    """
)
# Behind `for user` and their like these are none. A role is one; so is what people are called (Per,
# Job), and what accounts are.
NO_ACCOUNTS = (IN_PROSE | AGENTS) - ROLE_ACCOUNTS - words("per job support api")
