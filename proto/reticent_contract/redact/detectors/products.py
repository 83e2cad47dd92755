"""Programs, products, companies and what is written short, for `vocabulary.is_word`.

Must hold: as of `lexicon`.
"""

from __future__ import annotations

PRODUCTS = """
    accel acer ach acl acpi adb addr adobe aead
    aes aggr airbnb airdrop airflow airplay akka alg algo
    alloc alpine alsa amavis amazon amd amex
    amqp analytics android angular anpr ansible anthropic api
    app apparmor appid apple applet arch archlinux arg argocd argv arista arp ascii asic asn asset
    assoc asterisk asus async asyncpg ata atheros atm
    attr auth authd authn authz autofs automount avast
    avc awb aws azure babel backend backoff backplane
    bacnet bamboo barracuda baseband bash bbps bcc bgp bic
    bigbluebutton bigquery bios bitbucket bitdefender bixby
    blade blkid bluez bmc bms bonjour boolean
    bootstrap bpf brk broadcom brother btrfs buf bugfix buildkite buildroot busybox bz bzip ca cache
    cakephp canbus canon capistrano carbonblack cas cctv cdn celery ceph cert cfg cgi cgroup
    checkpoint chmod chown chrome chromebook cidr cifs
    cilium circleci cisco citrix ckyc clamav clamd copilot
    clang cli clickhouse clojure cloudwatch cls cmake cmd cmdline cms cname cni codec codefresh
    codeigniter codepage com composer concourse conf config configmap conn const consul coredns
    coredump coreos corosync cortana couchbase couchdb courier cpan cpu cpuset crc crd cred cri crl
    crm cron cronie cronjob crontab crowdstrike crucible crypto
    crypttab csat csi csr csrf css csv ctl
    ctx ctypes cuda cups curl cve cwd cypress cyrus daemonset dag dagster dashboard
    databricks datacenter datadog datanode dataset datasource datastore
    dbg dbi dbms dbt dbus dcs ddwrt
    deb debconf dec decl def dell dep desc dest
    dev devtools dhcp dhcpv diag dicom diff dir dirty discord
    diskarbitrationd dist distro django dkim dll dma dmarc dmesg dmz dnf dns dnssec dockerd docs
    doctrine dom doveadm dovecot dpi dpkg drbd drm drone dropbox dropwizard druid drupal dsa dsn
    dsregcmd dtls dto dump dvr ebay ebpf ebs ecc
    ecdsa ecg ecs ecto eeg efi efs egress eks elasticsearch elb
    element elf elixir eloquent emacs ember enc endpoint
    enum env envoy eof epf epoll epson erlang erp
    err errno eslint esp esphome esxi eta etcd etd
    eth ethernet eudora evolution exchange exe exec exif exim
    expr ext extern facebook facl failover falco fallback fargate fastapi fastcgi fcgi fcntl fdisk
    fetchmail fifo filebeat fileserver firebase firefox fisheye flannel flask flatpak flink fluentd
    flux fluxcd fmt fopen fortinet fpm freebsd freenas freepbx freeswitch fs fsck fstab fstrim ftp
    fujitsu func fuse fwd gatsby gcc gce gcm gdb gdpr gentoo geo getty ghost gid git gitea
    github gitlab gitlens gke glibc glusterfs gnome gnu gnupg gocd golang google gpg gpio gpo gpsvc
    gpu gradle grafana graphql greylist grizzly groovy
    groupid grpc grub gssapi gstr gstreamer gtk guacd
    gui guid gunicorn gzip hadoop haproxy harness haskell hba hbase hdd hdfs hdmi helm heroku hex
    hibernate hitachi hive hmac hmi homeassistant homepod
    horde hostapd hostkey hostname hpa hsts html
    htop http httpd huawei hugepages hup hvac hypercorn
    hyperv iam ibm icmp icr icu ide identd idp ifconfig
    iframe igmp iis ikev imac imap img impl imps
    inc inet inf infiniband influxdb info ingress init initd
    initramfs initrd inode insomnia instagram intel ioctl iops ios iot iowait ipad ipam ipc iphone
    ipmi ips ipsec iptables ipv irq iscsi iso istio istiod itr java javascript jboss jdbc jdk jekyll
    jenkins jersey jest jetty jinja jira jit jitsi jmx joomla jooq journald jquery jre jruby js json
    jsp juniper jupyter jvm jwks jwt kafka kamailio kaspersky kbd kdc kde keepalive keras kerberos
    kextd keycloak keyctl keyid keymap keyspace keystone kibana kotlin kpi kube kubeconfig kubectl
    kubelet kubeproxy kubernetes kvm kworker kylin kyocera lacp lambda lamp lan laravel ldap ldif
    lemp lenovo libvirt libvirtd lifecycle lighttpd linkedin linux linuxmint lldp lms lmtp localhost
    locationd logind logitech logrotate logstash looker lpd lpr
    lru lsb lsn lts lua luks lumen lun lvm
    lxc lxd lyft lzma mac macbook mageia magento mailcow mailer mailman makefile malloc malwarebytes
    mamp manjaro mariadb marvell mastercard matrix mattermost maven mbox mbr mcafee mdadm mdm
    mediatek mellanox memcached memcg mempool metabase metadata metasploit microcode micron
    micronaut microsoft middleware mime minikube minio mips mmap mocha modbus mode modprobe
    modsecurity mongo mongod mongodb mono moodle mosquitto mount
    mpi mqtt mri mrn msg mssql mta mtls mtu
    multicast multipart multipath multipathd mutex mutt mybatis mysql mysqld nagios namenode
    namespace nats nda neft nessus netbios netcat
    cmdlet netdata netlogon conntrack netfilter netflix netflow netlink netmask netplan
    netstat netty newrelic nextcloud nextjs nfc nfs nft nginx nic nis nix nixos nmap nmbd nodejs
    nodename nodeport noexec nonce nosuid notebook npci npm nps
    npu nsd nss ntlm ntp ntpd numa numpy nuxt
    nvidia nvme nvr oauth obj observability ocaml ocr
    ocserv ocsp octopus odbc oid oidc okta oom opcache
    opcua opd openai opendkim opendmarc openid openldap openshift opensips openssh openssl openstack
    openvpn openwrt ops oracle orm os osd osi ospf otc otel otp oui outlook overlayfs oxidized
    packagekit pageserver pam panasonic pandas paramiko passenger passwd patroni paypal pcap pci
    pcie pcr pdf pdu pem perf perl pfsense
    pgbouncer pgp pgsql phabricator php phpmyadmin phpunit pid
    pinot pkcs pkg pki playbook playwright plc plist
    plymouth png pnr podman polkit polkitd popen pos posix
    postfix postgres postgresql postgrey postman postmaster powerd ppp preauth prefect prefork
    prestashop presto prettier proc procfs procmail profinet proftpd prometheus proto proxmox proxy
    psql pty ptz pubkey pulseaudio puma puppet puppeteer puppetmaster pv pvc pxe pytorch qdisc qemu
    qmail qnap qos qualcomm qualys quarkus quic rabbitmq rack radiusd raid rainloop ram raspberry
    rbac rcpt rdp rds react reactjs readme realtek realtime recv redhat redis redshift refcount
    regex registry repl repo req resolv resolver restful
    rev reviewboard rfc rfid rhel ricoh riot rma
    rocketchat rom rootfs roundcube rpc rpm rsa rspamd
    rspec rss rsync rsyslog rtc rtgs rtsp rtt ruby
    rubygems runc runlevel rust rx saas salt saltstack samba samsung santa sas sasl saslauthd sata
    sbin scada scala scanner scim scipy scp scram scsi sda sdb sdc sdk seagate seccomp securityd
    selenium selinux sendmail sentinel sentinelone sentry
    seo sepa sequelize sequencer serverside sftp
    sha sharingd shm shopware sidekiq sieve sighup sigkill signalapp sigterm sinatra sip sklearn
    skype sla slack slackware slapd sli slo slurm smart smb smbd smtp smtpd snap snat snmp snmpd
    snmptrapd snort snowflake soap sock sogo solr sonarqube sonicwall sony sophos spamassassin spark
    spf spi spinnaker splunk spotify spring springboot sql sqlite squid squirrelmail sre srv ss ssd
    ssh sshd ssl sslv sso ssrf sssd starlette statefulset stderr stdin stdout strace stripe
    strongswan stun subdomain subgid subnet subuid sudo sudoers supabase superset svc svelte svn
    swagger swap symantec symfony syn synapse sync synology sys syscall syscollector sysctl sysfs
    sysinit syslog syslogd syspolicyd systemctl systemd sysvol tableau tacacs tailwind tanium tar
    tccd tcp tds teamcity tekton telegraf telegram
    telnet telnetd temp tensorflow teredo terraform tftp
    tgz thermald thrift thunderbird timesync timesyncd tls tlsv tmp tmpfiles tmpfs tmux tomcat
    toolchain tornado torque toshiba tpm traefik transmission trino trojan truenas ttl tty turn
    twitter tx txn typescript typo uber ubuntu udev udevd udisks udp ufw uid ulimit umask umount
    undef undertow unicorn uninstall unixodbc unraid upnp upsert uri url usb usbmon userdb userland
    username userspace utc utf util uuid uvicorn uwsgi
    vagrant varnish vat vault vcpu vcs veeam velero
    vertica vertx veth vfat vfs vhost viber vim virsh virtio virtualbox virtualenv visa vlan vmlinuz
    vmtoolsd vmware vnc vocab voip vpc vpn vps vrf vrrp vscode vserver vue vxlan waf wal wamp wasm
    watch wazuh webapp webdav webex webhook weblogic webmail webpack webrtc webserver websocket
    websphere wechat wget whatsapp wifi wildfly winbind winbindd winrm wireguard wireshark wlan
    wlansvc woocommerce wordpress workqueue wpa wsgi wss www xampp xattr xdebug xdg xdp xen xerox
    xfs xhr xinetd xml xmpp xorg xrdp xss xterm yaml yarn yii yocto youtube yum zabbix zend zfs
    zigbee zimbra zlib zookeeper zoom zram zscaler zsh zstd zulip zwave zypper
    vm vms autopay packer antimalware netbanking phonepe gpay bharatpe razorpay fastag
    digilocker aarogya cowin irctc swiggy zomato flipkart myntra bigbasket dunzo  hotstar
    omnibook amilo euroboard haansoft choukei speex vorbis theora
"""
