"""Machines that commands reach, logins that prompts name, names that documents bear."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

_FOUND = (
    # hosts under endings that are words or files' as well
    ("getaddrinfo ENOTFOUND kolejka.lotos.pl", "kolejka.lotos.pl"),
    ("connect ECONNREFUSED cache.kedai.my:6379", "cache.kedai.my"),
    ("getaddrinfo EAI_AGAIN data.haus.py", "data.haus.py"),
    ("host=mail3.praxis.berlin", "mail3.praxis.berlin"),
    ("smtp.haus.agency:587 timed out", "smtp.haus.agency"),
    ("console.kurier.ai is down", "console.kurier.ai"),
    ("handed to files.nowa-era.pl", "files.nowa-era.pl"),
    # machines without a domain
    ("Test-NetConnection fs-york -Port 445", "fs-york"),
    ("ssh -p 2222 web-bravo", "web-bravo"),
    ("mysql -h db-main-2 -u app", "db-main-2"),
    ("mstsc /v:akten07", "akten07"),
    ("psql 'host=pgdata4 dbname=x'", "pgdata4"),
    ("mount -t cifs //filer7/public /mnt", "filer7"),
    (r"\\?\UNC\fs03\projekte\a.txt", "fs03"),
    ("store02:/export on /mnt type nfs", "store02"),
    ("root@store02:~# ls", "store02"),
    ("adele@term-3", "adele"),
    ("anand@Anands-MacBook-Pro ~ %", "anand"),
    ("Connection to akten07 closed.", "akten07"),
    ("domain controller DC03", "DC03"),
    ("Archive name: mweber-xps-2026-10-14T10:30:00", "mweber-xps"),
    ("WIN-A1B2C3D4E5F rebooted", "WIN-A1B2C3D4E5F"),
    # prompts, databases, records
    ("[sudo] Mot de passe de lefevre : ", "lefevre"),
    ("[sudo] Passwort für ottokar: ", "ottokar"),
    ("[sudo] hasło użytkownika grazka: ", "grazka"),
    ("[sudo] tkaya için parola: ", "tkaya"),
    ("[sudo] tanaka_k のパスワード: ", "tanaka_k"),
    ("[sudo] mj_kim의 암호: ", "mj_kim"),
    ("[sudo] slaptažodis jkazlauskas: ", "jkazlauskas"),
    ("Cambiando la contraseña de jquintana.", "jquintana"),
    ("su: Benutzer ottokarx existiert nicht", "ottokarx"),
    ("lefevre n'apparaît pas dans le fichier sudoers.", "lefevre"),
    ("Key (username)=(anton.m) already exists.", "anton.m"),
    ("Duplicate entry 'leena.s' for key 'users.username'", "leena.s"),
    ("assignee -> tlindt", "tlindt"),
    ("username→meera.k", "meera.k"),
    ('last_editor "hfukumoto"', "hfukumoto"),
    ("[meera.k] logged out", "meera.k"),
    ('{"sub":"meeras"}', "meeras"),
    ("ผู้ใช้: somchai_j", "somchai_j"),
    # documents and paths
    ("CV_Leila_Haddad_2026.pdf", "Leila_Haddad"),
    ("Resume-Amit-Kulkarni.docx", "Amit-Kulkarni"),
    ("offer_letter_MeenaKumari.pdf", "MeenaKumari"),
    ("payslip-oct-2026-karthik-raj.pdf", "karthik-raj"),
    ("/uploads/Resume_Divya_Menon(1).pdf", "Divya_Menon"),
    ("Contrat_Lambert_Julie.pdf", "Lambert_Julie"),
    (r"E:\Profiles\leila.h\Desktop", "leila.h"),
    ("~leila/.ssh/config", "leila"),
    ("projects/-Users-leila-src", "leila"),
    ("/Volumes/Leila's Backup", "Leila"),
    ("https://forum.example.org/@lorena", "lorena"),
)
_NOTHING = (
    "foo.bar.py:22: error",
    "build.steps.sh: line 40",
    "smtp.client.py:587",
    "self.db.name = node.app.live",
    "running test.pl and my.test.script.pl",
    "storage.k8s.io",
    "ssh key-pair created",
    "ping timeout",
    "telnet session closed",
    "mount -t ext4 /dev/sda1 /mnt",
    "mysql -h localhost",
    "redis-cli -h cache1 ping",
    "Connected to pipewire-0",
    "ping6 fe80",
    "agent dev-1 upgraded, root@web-1",
    "users.map(user -> user.getName())",
    "agent pool-1 offline",
    "Archive name: daily-2026-11-14T10:30:00",
    "domain controller role transferred",
    "docker@sha256",
    "[sudo] password for root:",
    "Passwort für WLAN:",
    "contraseña para continuar",
    "Key (status)=(active) is not present",
    "Duplicate entry 'active' for key 'orders.status'",
    "state -> running, owner -> team",
    '{"sub":"topic"}',
    "[session] logged out",
    "Project_Plan_Final.docx",
    "Virginia_Map.png",
    "report-june-april.pdf",
    "Jenkins_Build_Report.pdf",
    "JasmineSpecRunner.html",
    "Robin_Hood_Hashing.pdf",
    r"D:\Profiles\Default",
)


@pytest.mark.parametrize(("line", "value"), _FOUND)
def test_what_a_command_a_prompt_or_a_document_names_is_found(line: str, value: str) -> None:
    assert value in {line[f.start : f.end] for f in findings(line)}


@pytest.mark.parametrize("line", _NOTHING)
def test_a_word_that_stands_there_too_is_nothing(line: str) -> None:
    assert findings(line) == ()
