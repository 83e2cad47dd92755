"""Secrets that their own form proves: what issuers prefix, and hashes of passwords.

Sources: the issuers' documentation for secret scanning; crypt(5), RFC 2307, RFC 5803, PASETO.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.issuers import in_parts
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, whole_match
from reticent_contract.redact.detectors.near import WORD_EDGE, near, stands_alone
from reticent_contract.redact.gates import in_order

_B64 = r"[A-Za-z0-9_\-]"
_PREFIXED = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",  # AWS
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}",  # GitHub
    # GitLab, since version 18 with parts that say where a token belongs
    rf"gl(?:pat|ptt|dt|rtr?|cbt|soat|ft|agent|oas|imt|ffct|wt)-{_B64}{{16,}}"
    r"(?:\.[0-9a-z]{2}\.[0-9a-z]{7,9})?",
    # Slack; a cookie of a browser's session may have percent codes
    r"xox[a-eoprs][\-.][A-Za-z0-9%.+/=\-]{10,}|xapp-[A-Za-z0-9\-]{10,}",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,}",
    r"(?:sk|rk|whsec)_(?:live|test)?_?[A-Za-z0-9]{16,}",  # Stripe
    # Google
    rf"AIza{_B64}{{30,}}|ya29\.[A-Za-z0-9_.\-]{{16,}}|GOCSPX-{_B64}{{20,}}|\b1//0{_B64}{{20,}}",
    r"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_\-]{30,}|dckr_[op]at_[A-Za-z0-9_\-]{20,}",
    r"do[opr]_v1_[a-f0-9]{40,}|hf_[A-Za-z0-9]{30,}|hv[sbr]\.[A-Za-z0-9_\-]{20,}",
    rf"SG\.{_B64}{{16,}}\.{_B64}{{16,}}",  # SendGrid
    r"\bSK[0-9a-f]{32}\b|\bshp[a-z]{2,3}_[a-fA-F0-9]{32}",  # Twilio, Shopify
    # Square, Databricks
    rf"\bsq0[a-z]{{3}}-{_B64}{{20,}}|\bEAAA{_B64}{{40,}}|\bdapi[0-9a-f]{{32}}\b",
    # Linear, Atlassian
    r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,}|\bAT(?:ATT3|CTT3|STT3|BB)[A-Za-z0-9_\-=]{24,}",
    # New Relic, Grafana
    r"\bNR(?:AK|JS|II|RA)-[A-Za-z0-9_\-]{20,}|\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}",
    r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.\-]{40,}",  # Doppler
    r"\bkey-[0-9a-f]{32}\b",  # Mailgun
    r"AGE-SECRET-KEY-1[A-Z0-9]{40,}",
    r"rtk1_[A-Za-z0-9_\-]{16,}",  # this product's enrolment token
    # Alibaba, Tencent, Volcano
    r"\bLTAI[A-Za-z0-9]{12,}|\bAKID[A-Za-z0-9]{20,}|\bAKLT[A-Za-z0-9]{20,}",
    r"\bntn_[A-Za-z0-9]{40,}|\bsecret_[A-Za-z0-9]{40,}",  # Notion
    r"\bpat[A-Za-z0-9]{13,17}\.[a-f0-9]{64}",  # Airtable
    # Figma, Postman
    rf"\bfig[a-z]{{1,2}}_{_B64}{{30,}}|\bPMAK-[a-f0-9]{{20,}}-[a-f0-9]{{20,}}",
    rf"\bpul-[a-f0-9]{{40}}|\bpscale_[a-z]{{2,}}_{_B64}{{30,}}",  # Pulumi, PlanetScale
    rf"\bHRKU-{_B64}{{30,}}|\bsl\.(?:u\.)?{_B64}{{40,}}",  # Heroku, Dropbox
    r"\brubygems_[a-f0-9]{40,}|\bsq[uap]_[a-f0-9]{40}|\bsnt(?:rys|ryu)_[A-Za-z0-9+/=_\-]{40,}",
    rf"\bv[1-4]\.(?:local|public)\.{_B64}{{20,}}|\bsha256~{_B64}{{40,}}",  # PASETO, OpenShift
    # Tailscale, Dynatrace
    rf"\btskey-[a-z]+-{_B64}{{16,}}|\bdt0[a-z][0-9]{{2}}\.[A-Z0-9]{{24}}\.[A-Z0-9]{{60,}}",
    rf"\bsbp_[a-f0-9]{{40}}|\bsb_secret_{_B64}{{20,}}|\bnfp_{_B64}{{36,}}",  # Supabase, Netlify
    rf"\bgsk_[A-Za-z0-9]{{40,}}|\br8_[A-Za-z0-9]{{36,}}|\bxai-{_B64}{{60,}}|"
    rf"\bpplx-{_B64}{{40,}}",
    rf"\bph[cx]_[A-Za-z0-9]{{40,}}|\bCFPAT-{_B64}{{40,}}|\bCCIPAT_{_B64}{{20,}}",
    rf"\brzp_(?:live|test)_[A-Za-z0-9]{{14}}|\bbk(?:ua|ct)_[a-f0-9]{{40}}|\bfo1_{_B64}{{40,}}",
    r"\bs\.[A-Za-z0-9]{24}\b",  # Vault, until 1.10
    r"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{64,}",  # Cloudflare
    r"access_token\$[a-z]+\$[a-z0-9]{16}\$[a-f0-9]{32}",  # PayPal
    r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{16,}={0,2}",  # PEM, once more in Base64
)


def _beginning(pattern: str) -> str:
    """Up to the second character; whatever is asked for behind it is the finder's business."""
    return re.sub(
        r"(?<!b)(\[[^\]|]+\])(?:\{([0-9]+)[^}|]*\}|\+)[^|]*",
        lambda m: m[1] if m[2] in (None, "1") else m[1] + "{2}",
        pattern,
    )


_UUID = r"[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}"
# Keys of LaunchDarkly: what they begin with is a word that others write before a UUID too, so
# another word says what they are. Those of phones (mob-) ship with the app and are no secret.
_SDK = rf"(?:sdk|api)-{_UUID}"
_SDK_GATE = r"\b(?:sdk|api)-[a-f0-9]{8}-"
_SDK_WORD = (
    r"(?:launch ?darkly|\bld[_\-]|\b(?:sdk|api)[ _\-]?key|\bapi[ _\-]?token|access[ _\-]?token|"
    r"authorization)"
)
# What every text with one of them holds, and the whole of it.
_LATER = (
    # AWS: session tokens, keys of Bedrock; Azure: keys of its services, of DevOps, of Entra
    (r"IQoJb3JpZ2lu|FwoGZXIvYXdz|\bABSKQ", r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|\bABSKQ)[\w+/=]{40,}"),
    (r"JQQJ99|AZDO", r"[A-Za-z0-9]{30,}(?:JQQJ99|AZDO)[A-Za-z0-9]{4,}"),
    (r"[0-9]Q~", r"[\w~.\-]{3}[0-9]Q~[\w~.\-]{31,}"),
    (r"/webhookb2/", r"\bwebhook\.office\.com/webhookb2/[\w@/\-]{40,}"),  # Teams
    # Makers of language models, and who watches them
    (r"\bnvapi-", rf"\bnvapi-{_B64}{{30,}}"),
    (r"\bpcsk_|\bcsk-[a-z0-9]", rf"\bpcsk_{_B64}{{30,}}|\bcsk-[a-z0-9]{{40,}}"),
    (r"\bfw_[A-Za-z0-9]|\btvly-", r"\bfw_[A-Za-z0-9]{20,}|\btvly-[A-Za-z0-9\-]{20,}"),
    (r"\blsv2_|\btgp_v1_", rf"\b(?:lsv2_(?:pt|sk)|tgp_v1)_{_B64}{{30,}}"),
    (r"\bjina_", rf"\bjina_{_B64}{{30,}}"),
    # Mail: Brevo, Resend; hosting: Render, Vercel, Fly, Neon, Aiven, Cloudflare
    (r"\bxkeysib-", r"\bxkeysib-[a-f0-9]{40,}-[A-Za-z0-9]{8,}"),
    (r"\bre_[A-Za-z0-9]", r"\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}"),
    (r"\brnd_|\bvc[apirk]_", r"\b(?:rnd|vc[apirk])_[A-Za-z0-9]{24,}"),
    (r"\bfm[12][a-z]?_", r"\bfm[12][a-z]?_[\w+/=\-]{40,}"),
    (r"\bnapi_|\bAVNS_", rf"\bnapi_[a-z0-9]{{40,}}|\bAVNS_{_B64}{{16,}}"),
    (r"\bcf(?:ut|at|k)_", rf"\bcf(?:ut|at|k)_{_B64}{{36,}}"),
    # Registries: Cargo, NuGet, Clojars, Artifactory
    (r"\bcio[A-Za-z0-9][A-Za-z0-9]|\boy2[a-z0-9]", r"\bcio[A-Za-z0-9]{32}\b|\boy2[a-z0-9]{43}"),
    (r"\bCLOJARS_|\bAKCp", r"\bCLOJARS_[a-z0-9]{40,}|\bAKCp[A-Za-z0-9]{40,}"),
    # Clusters: Docker Swarm, k3s; MongoDB Atlas, Sourcegraph, Prefect, Typeform, Honeycomb
    (r"\bSWMTKN-1-", r"\bSWMTKN-1-[a-z0-9]{20,}-[a-z0-9]{20,}"),
    (r"\bK10[a-f0-9]", r"\bK10[a-f0-9]{40,}::[a-z]+:[A-Za-z0-9]{16,}"),
    (r"\bmdb_sa_sk_", rf"\bmdb_sa_sk_{_B64}{{30,}}"),
    (r"\bsg[pd]_", r"\bsg[pd]_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}"),
    (r"\bpn[ub]_|\btfp_|\bhc[a-z]ik_", rf"\b(?:pn[ub]_|tfp_|hc[a-z]ik_){_B64}{{36,}}"),
    # HubSpot, Plaid: a word before a UUID
    (
        r"\b(?:pat-(?:na|eu|ap)[0-9]|access-(?:sandbox|development|production))-[a-f0-9]",
        rf"\b(?:pat-(?:na|eu|ap)[0-9]|access-(?:sandbox|development|production))-{_UUID}",
    ),
    # Octopus, Shippo, Flutterwave, Trello, Salesforce, 1Password, Mapbox
    (r"\bAPI-[A-Z0-9]", r"\bAPI-[A-Z0-9]{26,}\b"),
    (r"\bshippo_|\bFLWSECK", r"\bshippo_[a-z]+_[a-f0-9]{40}|\bFLWSECK(?:_TEST)?-[A-Za-z0-9]{20,}"),
    (r"\bATTA[a-f0-9]", r"\bATTA[a-f0-9]{60,}"),
    (r"\b00D[A-Za-z0-9]", r"\b00D[A-Za-z0-9]{12,15}![\w.]{60,}"),
    (r"\bA3-[A-Z0-9]", r"\bA3-[A-Z0-9]{6}-[A-Z0-9]{6,11}-(?:[A-Z0-9]{5}-){2,3}[A-Z0-9]{5}"),
    (r"\bops_eyJ|\bsk\.eyJ", rf"\bops_eyJ[\w+/=]{{40,}}|\bsk\.eyJ{_B64}{{20,}}\.{_B64}{{10,}}"),
    # Purses: BIP 32
    (r"\b[xyztuv]prv[a-km-zA-HJ-NP-Z1-9]", r"\b[xyztuv]prv[a-km-zA-HJ-NP-Z1-9]{80,}"),
    # Adafruit, ClickUp, Asana, GitLab's runners, Firebase, Artifactory, Intercom, Grafana until 9
    (r"\baio_[A-Za-z0-9]|\bpk_[0-9]", r"\baio_[A-Za-z0-9]{26,}|\bpk_[0-9]{6,9}_[A-Z0-9]{30,}"),
    (r"\b[01]/[0-9]{10}", r"\b[01]/[0-9]{15,17}:[0-9a-f]{32}"),
    (r"\bGR1348941", rf"\bGR1348941{_B64}{{18,}}"),
    (r":APA91b", rf"{_B64}{{8,}}:APA91b{_B64}{{80,}}"),
    (r"\bcmVmdGtu|\bdG9rO|\beyJrIjoi", r"\b(?:cmVmdGtu|dG9rO|eyJrIjoi)[A-Za-z0-9+/]{30,}={0,2}"),
    # Telegram, Facebook, Twitter, Yandex
    (r"[0-9]:AA", rf"(?:\b|bot)[0-9]{{8,10}}:AA{_B64}{{32,}}"),
    (r"\bEAA[A-Za-z0-9]", r"\bEAA[A-Za-z0-9]{90,}"),
    (r"\bAAAAA", r"\bA{20}[A-Za-z0-9%]{40,}"),
    (r"\by[0-3]_", rf"\by[0-3]_{_B64}{{50,}}"),
)
# What unlocks a disk, behind a word: BitLocker, FileVault.
_UNLOCKING = (
    r"(?i)(?:recovery|numerical|bitlocker|filevault)[^\r\n]{0,60}?"
    r"(?:[0-9]{6}(?:-[0-9]{6}){7}|(?-i:[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5}))\b"
)
_UNLOCKING_GATE = r"(?i)recovery|numerical|bitlocker|filevault"
_MODEL = rf"sk-{_B64}{{20,}}"  # of makers of language models
# What has no prefix, only parts of certain lengths.
_DISCORD = rf"\b[MNO][A-Za-z0-9_\-]{{22,27}}\.[GXYZ]{_B64}{{5}}\.{_B64}{{27,}}"
_DISCORD_GATE = rf"\.[GXYZ]{_B64}{{5}}\.{_B64}"
_WEBHOOK = rf"/api/webhooks/[0-9]{{16,20}}/{_B64}{{40,}}"
# Mailchimp, Terraform Cloud (with its beginning cut off as well), Fly
_IN_PARTS = (
    r"\b[0-9a-f]{32}-us[0-9]{1,2}\b|(?:[A-Za-z0-9]{14}\.|\b)atlasv1\.[A-Za-z0-9_\-]{40,}|"
    r"\bfly_v1_[A-Za-z0-9_\-]{30,}"
)
_IN_PARTS_GATE = r"[0-9a-f]-us[0-9]|atlasv1\.|fly_v1_|/api/webhooks/[0-9]"
_HASHES = "|".join(
    (
        r"\$(?:1|2[abxy]?|3|5|6|7|8|9|14|y|gy|sha1|sm3|md5|apr1|argon2(?:id|i|d)|scrypt|P|H|S|"
        r"pbkdf2(?:-sha(?:1|256|512))?|bcrypt-sha256)\$[A-Za-z0-9./+$=,_\-]{12,}",
        r"\{(?i:S?SHA(?:256|384|512)?|S?MD5|CRYPT|PBKDF2(?:-SHA(?:1|256|512))?|ARGON2|BCRYPT)\}"
        r"[A-Za-z0-9./+$=,_\-]{10,}",
        r"SCRAM-SHA-(?:1|256|512)\$[0-9]+:[A-Za-z0-9+/=$:]{20,}",
        r"\b(?:pbkdf2_sha(?:1|256|512)|bcrypt_sha256|bcrypt|argon2|scrypt|sha1|"
        r"md5)\$[A-Za-z0-9./+$=,_:\-]{20,}",
        r"\b(?:scrypt|pbkdf2)(?::[a-z0-9]+){1,4}\$[A-Za-z0-9]+\$[0-9a-f]{32,}",
        r"\baad3b435b51404eeaad3b435b51404ee:[0-9a-fA-F]{32}\b",  # LM, of nothing, and NT
        r"\b[0-9a-fA-F]{32}:[0-9a-fA-F]{32}:::",
        r"\*[0-9A-F]{40}\b",  # MySQL
        # Of Kerberos, of Windows, and what is made of archives and key stores to guess at
        r"\$(?:krb5[a-z]+|DCC2|keepass|zip2|pkzip2|rar5|office|netntlmv2|sshng|bitcoin|mskrb5)\$"
        r"[^\s\"']{16,}",
        r"\b[\w.\-]+::[\w.\-]*:[0-9a-fA-F]{16}:[0-9a-fA-F]{32}:[0-9a-fA-F]{8,}",
    )
)
_HASHES_GATE = in_order(
    r"\$(?:[0-9]|2[abxy]|14|y|gy|[PHS]|sha1|sm3|md5|apr1|argon2|argon2id|argon2i|argon2d|scrypt|"
    r"bcrypt-sha256|pbkdf2|pbkdf2-sha1|pbkdf2-sha256|pbkdf2-sha512)\$|"
    r"(?:sha1|sha256|sha512|md5|bcrypt|argon2|scrypt|SHA-1|SHA-256|SHA-512)\$|\b(?:scrypt|pbkdf2):|"
    r"(?i:sha|sha1|sha256|sha384|sha512|md5|crypt|pbkdf2|argon2)\}\S|"
    r"b51404ee:|:::|\*[0-9A-F]{6}|\$(?:krb5[a-z]+|DCC2|keepass|zip2|pkzip2|rar5|office|netntlmv2|"
    r"sshng|"
    r"bitcoin|mskrb5)\$|::[\w.\-]*:[0-9a-fA-F]{16}:"
)


def _has_no_digit(text: bytes, start: int, end: int) -> bool:
    return not any(c in b"0123456789" for c in text[start:end])


def _find_unlocking(text: bytes) -> Iterable[Found]:
    for start, end in _UNLOCKING_FIND.spans(text):
        value = _GROUPS.search(text[start:end])
        if value is not None:
            yield start + value.start(), end, value.group()


_UNLOCKING_FIND = Pattern(_UNLOCKING)
_GROUPS = re.compile(rb"(?:[0-9A-Z]{4,6}-){5,7}[0-9A-Z]{4,6}\Z")

ISSUED: tuple[Finder, ...] = (
    *in_parts(tuple((_beginning(whole), whole) for whole in _PREFIXED)),
    *in_parts(_LATER),
    near(
        _SDK_WORD,
        _SDK,
        "B",
        lambda value: value,
        gate=_SDK_GATE,
        bounded=stands_alone,
        edge=WORD_EDGE,
    ),
    Finder(_UNLOCKING_GATE, _find_unlocking, "A", needs=_UNLOCKING_FIND),
    whole_match(_MODEL, "A", gate=r"sk-[A-Za-z0-9_\-]{4}", unless=_has_no_digit),
    whole_match(_DISCORD, "A", gate=_DISCORD_GATE),
    whole_match(_IN_PARTS, "A", gate=_IN_PARTS_GATE),
    whole_match(_WEBHOOK, "A", gate=_IN_PARTS_GATE),
    whole_match(_HASHES, "A", gate=_HASHES_GATE),
)
