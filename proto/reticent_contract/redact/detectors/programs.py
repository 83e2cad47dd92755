"""Programs that take a password or a user name in their command line, and where.

Sources: their manual pages. `hidden` (a secret) and `user` are options whose value is the next
word or stands behind `=` (behind `:` where the option begins with a slash); `joined` ones have it
against them as well. `both` holds a user name, a sign and a secret. A form is a list of words
without options, or an option and what follows it: USER and SECRET stand for a value, `_` for any
word. `host` are options whose value is a machine; HOST stands for one in a form. `other` are
options whose value is none of these. `flags` are letters that may stand before that of an option,
behind one dash: `-su`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`only_with`: one of these words, or of what begins so and ends in `=`, must be among the
    arguments; else nothing is a secret."""

    names: str
    hidden: str = ""
    joined_hidden: str = ""
    user: str = ""
    joined_user: str = ""
    both: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    forms: tuple[str, ...] = ()
    only_with: str = ""
    host: str = ""
    other: str = ""
    flags: str = ""


PROGRAMS = (
    Program(
        names="ldapsearch ldapmodify ldapadd ldapdelete ldapmodrdn ldapwhoami ldapcompare ldapexop "
        "ldapbind",
        hidden="-w",
        joined_hidden="-w",
        user="-U",
    ),
    Program(names="ldappasswd", hidden="-w -s -a", joined_hidden="-w", user="-U"),
    Program(
        names="openssl",
        hidden="-k -K -pass -passin -passout -psk -passwd",
        forms=("passwd SECRET",),
    ),
    Program(names="redis-cli valkey-cli keydb-cli", hidden="-a", user="--user"),
    Program(names="redis-server", hidden="--requirepass --masterauth"),
    Program(names="zip unzip zipcloak", hidden="-P", joined_hidden="-P"),
    Program(names="7z 7za 7zr 7zz rar unrar", joined_hidden="-p -hp"),
    Program(
        names="isql iusql",
        hidden="-P",
        joined_hidden="-P",
        user="-U",
        joined_user="-U",
        forms=("_ USER SECRET",),
    ),
    Program(names="imapsync", hidden="--password1 --password2", user="--user1 --user2"),
    Program(names="sendemail", hidden="-xp", user="-xu"),
    Program(names="sshpass", hidden="-p", joined_hidden="-p"),
    Program(
        names="mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlsh mysqlbinlog "
        "mariadb mariadb-dump mariadb-admin mycli",
        joined_hidden="-p",
        user="-u --user",
        joined_user="-u",
    ),
    Program(
        names="psql pg_dump pg_dumpall pg_restore pg_basebackup pg_isready createdb dropdb "
        "vacuumdb pgbench reindexdb pgcli",
        user="-U --username",
        joined_user="-U",
    ),
    Program(
        names="mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop",
        host="-h --host",
        hidden="-p",
        user="-u --username",
    ),
    Program(names="influx", host="-host", hidden="-password", user="-username"),
    Program(
        names="cqlsh clickhouse-client beeline impala-shell hive", hidden="-p", user="-u -n --user"
    ),
    Program(
        names="sqlcmd osql bcp tsql mssql-cli",
        host="-S",
        hidden="-P",
        joined_hidden="-P",
        user="-U",
        joined_user="-U",
    ),
    Program(
        names="sqlplus sqlldr expdp impdp rman tnsping",
        both=MappingProxyType({"_": b"/", "userid": b"/"}),
    ),
    Program(
        names="exp imp",
        both=MappingProxyType({"_": b"/", "userid": b"/"}),
        only_with="file= full= tables= owner= userid= parfile= log= rows= fromuser= touser= "
        "directory= FILE= FULL= TABLES= OWNER= USERID= PARFILE= LOG= FROMUSER= TOUSER=",
    ),
    Program(
        names="docker podman helm nerdctl buildah skopeo crane oras",
        hidden="-p --password",
        user="-u --username",
        both=MappingProxyType({"--creds": b":", "--src-creds": b":", "--dest-creds": b":"}),
        forms=("login HOST", "logout HOST"),
        only_with="login copy pull push inspect logout",
        other="--config --context -H --log-level -l",
    ),
    Program(
        names="kubectl",
        user="--as --docker-username --username",
        hidden="--docker-password --token --password",
        forms=("config delete-user USER",),
    ),
    Program(names="oc", hidden="-p --token", user="-u --username", only_with="login"),
    Program(names="az", hidden="-p", user="-u", only_with="login create-for-rbac acr"),
    Program(
        names="aws",
        forms=(
            "configure set aws_secret_access_key SECRET",
            "configure set aws_session_token SECRET",
        ),
    ),
    Program(names="vault bao", forms=("login SECRET", "unwrap SECRET", "operator unseal SECRET")),
    Program(names="rclone", forms=("obscure SECRET",)),
    Program(names="mc", forms=("alias set _ _ USER SECRET",)),
    Program(names="etcdctl", both=MappingProxyType({"--user": b":"})),
    Program(
        names="rabbitmqctl",
        forms=(
            "add_user USER SECRET",
            "change_password USER SECRET",
            "set_permissions USER",
            "delete_user USER",
            "set_user_tags USER",
            "list_user_permissions USER",
        ),
        other="-p",
    ),
    Program(
        names="rabbitmqadmin fly nxc netexec crackmapexec evil-winrm",
        hidden="-p",
        user="-u",
        host="-H -i",
    ),
    Program(names="mosquitto_pub mosquitto_sub mosquitto_rr", hidden="-P", user="-u", host="-h"),
    Program(
        names="htpasswd mosquitto_passwd",
        forms=("_ USER SECRET", "USER SECRET"),  # the latter with -n, which names no file
        only_with="-b -bc -cb -bB -bm -bs -bBC -Bb -nb -bn -nbB -nbm -nbs -nBb -Bbn -bnB",
    ),
    Program(names="ab", both=MappingProxyType({"-A": b":", "-P": b":"})),
    Program(names="hey oha", both=MappingProxyType({"-a": b":"})),
    Program(names="http https xh", both=MappingProxyType({"-a": b":", "--auth": b":"})),
    Program(
        names="smbclient rpcclient smbget smbmap nmblookup smbcacls",
        hidden="-p",
        user="-u",
        both=MappingProxyType({"-U": b"%", "--user": b"%"}),
    ),
    Program(
        names="net",
        forms=("user USER SECRET", "user USER", "ads join"),
        user="/user",
        both=MappingProxyType({"-U": b"%"}),
    ),
    Program(
        names="samba-tool",
        forms=(
            "user create USER SECRET",
            "user add USER SECRET",
            "user disable USER",
            "user enable USER",
            "user delete USER",
            "user unlock USER",
            "user show USER",
            "user setpassword USER",
            "group addmembers _ USER",
        ),
    ),
    Program(names="takeown", hidden="/p", user="/u", host="/s", other="/f"),
    Program(names="schtasks", hidden="/rp /p", user="/ru /u", host="/s"),
    Program(names="psexec psexec64 psexec.py wmiexec.py winexe", hidden="-p /p", user="-u /u"),
    Program(names="winrs", hidden="-p /p -password", user="-u /u -username", host="-r /r -remote"),
    Program(
        names="runas wmic cmdkey",
        hidden="/password /pass",
        user="/user",
        host="/node /add /delete",
    ),
    Program(
        names="xfreerdp wlfreerdp sdl-freerdp", hidden="/p -p /gp", user="/u -u /gu", host="/v /g"
    ),
    Program(names="rdesktop", hidden="-p", user="-u"),
    Program(names="dsadd dsmod dsquery dsget dsmove dsrm", hidden="-pwd -p", user="-u"),
    Program(names="plink pscp psftp putty kitty", hidden="-pw", user="-l"),
    Program(names="ssh slogin mosh autossh", user="-l", joined_user="-l"),
    Program(names="sudo doas", user="-u", joined_user="-u"),
    Program(names="su", user="-l --login"),
    Program(names="reg", hidden="/d"),
    Program(names="certutil signtool", hidden="-p /p"),
    Program(
        names="snmpwalk snmpget snmpset snmpgetnext snmpbulkwalk snmpbulkget snmptrap snmpinform "
        "snmpstatus snmptable snmpdf snmptest snmptranslate",
        hidden="-c -A -X",
        joined_hidden="-c",
        user="-u",
    ),
    Program(names="ipmitool ipmiutil ipmi-power", hidden="-P -p", user="-U -u", host="-H -h"),
    Program(
        names="ncftp ncftpput ncftpget ncftpls",
        hidden="-p",
        user="-u",
    ),
    Program(names="ftp curlftpfs", both=MappingProxyType({"-u": b":"})),
    Program(names="rasdial", forms=("_ USER SECRET",)),
    Program(names="wevtutil", hidden="/p", user="/u"),
    Program(names="createuser", forms=("USER _ SECRET _ SECRET", "USER _ SECRET _", "USER")),
    Program(names="nsupdate dig", both=MappingProxyType({"-y": b":"})),
    Program(names="check_mysql check_pgsql check_ldap check_radius check_dbi", hidden="-p"),
    Program(names="check_http check_curl", both=MappingProxyType({"-a": b":"})),
    Program(names="check_snmp", hidden="-C -A -X"),
    Program(names="jenkins-cli jenkins-cli.jar", both=MappingProxyType({"-auth": b":"})),
    Program(names="dscl", forms=("-passwd _ SECRET",)),
    Program(names="lftp", both=MappingProxyType({"-u": b",", "--user": b","})),
    Program(
        names="useradd usermod adduser userdel deluser",
        hidden="-p",
        forms=("USER",),
        other="-aG -b -c -d -e -f -g -G -k -K -l -R -s -u -Z --comment --home --home-dir --shell "
        "--gid --groups --uid --expiredate --inactive --gecos --ingroup",
    ),
    Program(names="chage chfn chsh smbpasswd", user="-a -x -d -e -l -u", forms=("USER",)),
    Program(names="gpasswd", user="-a -d -A -M"),
    Program(names="ps pkill pgrep top htop killall lsof iotop", user="-u -U"),
    Program(names="runuser setpriv pkexec gosu su-exec chroot", user="-u --user --userspec"),
    Program(
        names="loginctl machinectl",
        forms=("terminate-user USER", "kill-user USER", "enable-linger USER", "user-status USER"),
    ),
    Program(names="quota repquota setquota edquota xfs_quota", user="-u"),
    Program(names="getent", forms=("passwd USER", "shadow USER", "initgroups USER")),
    Program(
        names="ipa",
        forms=(
            *tuple(
                f"user-{verb} USER"
                for verb in ["add", "mod", "del", "disable", "enable", "unlock", "show", "status"]
            ),
            "passwd USER",
        ),
        other="--first --last --cn --email --phone --shell",
    ),
    Program(names="finger pinky", forms=("USER",)),
    Program(names="kinit", forms=("USER",)),
    Program(names="ktutil", user="-p"),
    Program(names="pdbedit", user="-u"),
    Program(names="wbinfo", both=MappingProxyType({"-a": b"%", "--authenticate": b"%"})),
    Program(names="ntlm_auth", user="--username", hidden="--password"),
    Program(
        names="security",
        user="-a",
        hidden="-w -p -o",
        only_with="add-generic-password add-internet-password unlock-keychain create-keychain "
        "set-keychain-password find-generic-password find-internet-password import",
    ),
    Program(
        names="sysadminctl",
        user="-addUser -deleteUser -resetPasswordFor -secureTokenOn -secureTokenOff -adminUser",
        hidden="-password -newPassword -adminPassword -oldPassword",
    ),
    Program(names="dseditgroup", user="-a -d -u -m", hidden="-P"),
    Program(
        names="networksetup",
        forms=(
            "-setairportnetwork _ _ SECRET",
            "-addpreferredwirelessnetworkatindex _ _ _ _ SECRET",
            "-setwebproxy _ _ _ _ USER SECRET",
            "-setsecurewebproxy _ _ _ _ USER SECRET",
            "-setsocksfirewallproxy _ _ _ _ USER SECRET",
        ),
    ),
    Program(names="ssh-keygen", hidden="-N -P"),
    Program(names="gpg gpg2", hidden="--passphrase"),
    Program(names="bw", forms=("unlock SECRET", "login _ SECRET")),
    Program(names="ngrok", forms=("authtoken SECRET", "config add-authtoken SECRET")),
    Program(names="cargo", forms=("login SECRET",)),
    Program(names="doctl flyctl", hidden="-t --access-token"),
    Program(names="twine", hidden="-p", user="-u", other="-r --repository"),
    Program(names="tailscale", hidden="--authkey --auth-key"),
    Program(names="aria2c", user="--http-user --ftp-user", hidden="--http-passwd --ftp-passwd"),
    Program(names="snowsql", user="-u --username"),
    Program(names="hydra medusa ncrack", user="-l -u", hidden="-p"),
    Program(names="setspn ktpass", user="/mapuser", hidden="/pass"),
    Program(names="mkpasswd", forms=("-m _ SECRET", "SECRET")),
    Program(names="swaks", hidden="-ap --auth-password", user="-au --auth-user"),
    Program(names="keytool jarsigner", hidden="-storepass -keypass -srcstorepass -deststorepass"),
    Program(names="pdftk", hidden="user_pw owner_pw input_pw"),
    Program(names="qpdf", forms=("--encrypt SECRET SECRET",)),
    Program(names="kadmin", hidden="-w -pw", user="-p"),
    Program(names="wpa_passphrase", forms=("_ SECRET",)),
    Program(
        names="nmcli",
        hidden="password wifi-sec.psk 802-11-wireless-security.psk wifi-sec.wep-key0 "
        "vpn.secrets 802-1x.password",
    ),
    Program(names="netsh", hidden="keyMaterial key"),
    Program(names="iwconfig", hidden="key enc"),
    Program(names="radtest", forms=("USER SECRET _ _ SECRET",)),
    Program(
        names="wget",
        user="--http-user --ftp-user --user",
        both=MappingProxyType({"--user": b":", "--proxy-user": b":"}),
    ),
    Program(
        names="curl",
        both=MappingProxyType(
            {
                "-u": b":",
                "--user": b":",
                "-U": b":",
                "--proxy-user": b":",
                "-b": b"=",
                "--cookie": b"=",
            },
        ),
        flags="0123469#BfgGiIjJklLMnNOpqRsSvVZ",
    ),
    Program(names="openconnect vpnc", user="-u --user"),
    Program(
        names="ansible ansible-playbook",
        user="-u --user",
        joined_user="-u",
        host="-l --limit",
    ),
    Program(names="svn hg", user="--username"),
    Program(names="crontab", user="-u"),
    Program(names="realm adcli", user="-U"),
)
