"""Keys of issuers that begin as nobody else's do, one line each, and addresses that are keys.

Sources: the issuers' documentation, and what they have secret scanners look for.
Must hold: behind a beginning that is a word (`live_`) stand no words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from reticent_contract.redact.detectors.model import Finder, whole_match
from reticent_contract.redact.gates import in_order

_UUID = r"[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}"
# Whose it is, how it begins, and what stands behind.
_TABLE = r"""
42              s-s4t2(?:ud|af)-           [a-f0-9]{64}
adobe           p8e-                       [A-Za-z0-9]{32}
adyen           AQE[a-z]                   [A-Za-z0-9+/\-]{60,}
akamai          akab-                      [a-z0-9]{16}-[a-z0-9]{16}
amazon          amzn\.mws\.                {UUID}
amazon          amzn1\.oa2-cs\.v1\.        [a-f0-9]{64}
amazon          Atz[ar]\|                  [\w\-+/=]{50,}
apify           apify_api_                 [A-Za-z0-9]{30,}
axiom           xa[ap]t-                   {UUID}
backblaze       K00[0-9]                   [A-Za-z0-9+/]{27}
browserstack    bstack_                    [A-Za-z0-9]{20,}
buildkite       bk[a-z]{2}_                [a-f0-9]{40}
cal.com         cal_(?:live_)?             [a-f0-9]{32}
cashfree        cfsk_ma_(?:prod|test)_     [a-f0-9]{32}_[a-f0-9]{8}
checkly         cu_                        [a-f0-9]{32}
chief           ct[po]_                    [A-Za-z0-9]{30,}
cockroach       CCDB1_                     [A-Za-z0-9]{22}_[A-Za-z0-9]{40}
courier         pk_prod_                   [A-Z0-9]{28}
cursor          key_                       [a-f0-9]{64}
databricks      d(?:ose|kea|sapi)          [0-9a-f]{32}
daytona         dtn_                       [a-f0-9]{40,}
dbt             dbt[uc]_                   [\w\-=]{36,}
definednet      dnkey-                     [A-Z0-9]{26}-[A-Z0-9]{52}
deno            dd[po]_                    [A-Za-z0-9]{36}
devcycle        dvc_(?:server|client)_     {UUID}_[0-9a-f]{6}
digitalocean    DO00                       [A-Z0-9]{16}
dingtalk        SEC                        [0-9a-f]{64}
duffel          duffel_(?:test|live)_      [\w\-=]{40,}
e2b             e2b_                       [a-f0-9]{40}
easypost        EZ[AT]K                    [A-Za-z0-9]{54}
ebay            (?:PRD|SBX)-               [a-f0-9]{12}(?:-[a-f0-9]{4}){4}
elastic         essu_                      [\w+/=\-]{40,}
endor           endr\+                     [A-Za-z0-9\-]{16}
exoscale        EXO                        [a-f0-9]{24}
fauna           fnA[A-Z]                   [\w\-]{36}
firecrawl       fc-                        [a-f0-9]{32}
firehydrant     fhb-                       [a-f0-9]{32}
flagsmith       ser\.                      [A-Za-z0-9]{22}
frameio         fio-u-                     [\w\-=]{40,}
fullstory       na1\.                      [A-Za-z0-9+/]{60,}
gitpod          gitpod_pat_                [\w.\-]{30,}
google          GOOG1E                     [A-Z0-9]{50,}
google          AQ\.Ab                     [\w\-]{40,}
harness         [ps]at\.                   [\w\-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}
honeybadger     hb[px]_                    [A-Za-z0-9]{30,}
infisical       st\.                       [a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}
infracost       ico-                       [A-Za-z0-9]{32}
ionic           ion_                       [A-Za-z0-9]{42,}
jdcloud         JDC_                       [A-Z0-9]{28,}
langchain       ls__                       [a-f0-9]{32}
lichess         li[op]_                    [A-Za-z0-9]{20,}
llamacloud      llx-                       [A-Za-z0-9]{40,}
logicmonitor    lm[ab]_                    [A-Za-z0-9]{20,}
mailersend      mlsn\.                     [a-f0-9]{64}
mandrill        md-                        [A-Za-z0-9]{22}
matrix          syt_                       [A-Za-z0-9+/=]{4,}_[A-Za-z]{20}_[A-Za-z0-9]{6}
mercadopago     APP_USR-                   [0-9]{10,}-[0-9]{6}-[a-f0-9]{32}-[0-9]+
midtrans        (?:SB-)?Mid-server-        [\w\-]{20,}
mattermost      mmctl_                     [a-z0-9]{26}
modal           a[ks]-                     [A-Za-z0-9]{22}
netlify         nf[coub]_                  [A-Za-z0-9]{36}
new_relic       NRJS-                      [a-f0-9]{19}
ntfy            tk_                        [a-z0-9]{29}
omise           skey_(?:test_)?            [a-z0-9]{19,}
onesignal       os_v2_(?:app|org)_         [a-z2-7]{60,}
onfido          api_(?:live|sandbox)       (?:_[a-z]{2})?\.[\w\-]{11}\.[\w\-]{32}
openvsx         ovsxat_                    {UUID}
packagist       packagist_[a-z]{3}_        [a-f0-9]{60,}
paddle          pdl_(?:live|sdbx)_apikey_  \w{40,}
persona         persona_(?:production|sandbox)_ [A-Za-z0-9\-]{30,}
pinterest       pin[ac]_                   [A-Za-z0-9]{50,}
portainer       ptr_                       [A-Za-z0-9+/=]{40,}
pubnub          sec-c-                     [A-Za-z0-9]{40,}
pushbullet      o\.                        [A-Za-z0-9]{32}
ramp            ramp_[a-z]{2,8}_           [A-Za-z0-9]{30,}
rancher         (?:token|kubeconfig-u)-[a-z0-9]{5,12}: [a-z0-9]{54}
raycast         rca_                       [a-f0-9]{64}
readme          rdme_                      [a-z0-9]{60,}
retool          retool_                    [A-Za-z0-9]{24,}
rfc8959         secret-token:              [\w\-.~!$&'()*+,=@%/]{8,}
rootly          rootly_                    [a-f0-9]{60,}
runpod          rpa_                       [A-Za-z0-9]{30,}
samsara         samsara_api_               [A-Za-z0-9]{28,}
scaleway        SCW                        [A-Z0-9]{17}
scalingo        tk-us-                     [\w\-]{40,}
segment         sgp_                       [A-Za-z0-9]{64}
settlemint      sm_[aps]at_                [A-Za-z0-9]{16}
sindri          sindri[_\-]                [\w\-]{32}-[A-Za-z0-9]{4}
snyk            snyk_[us]at\.              [a-z0-9]{8}\.[\w\-.]{20,}
stytch          secret-(?:test|live)-      [\w\-=]{30,}
telnyx          KEY                        [0-9A-F]{32}_[A-Za-z0-9]{22}
thunderstore    tss_                       [A-Za-z0-9+/]{36,}
tinybird        p\.eyJ                     [\w\-]{40,}\.[\w\-]{20,}
unkey           unkey_                     [1-9A-HJ-NP-Za-km-z]{20,}
upcloud         ucat_                      [A-Z0-9]{26,}
voyage          pa-                        [\w\-]{43}
wakatime        waka_                      {UUID}
wandb           wandb_v1_                  [\w\-]{30,}
xata            xau_                       [A-Za-z0-9]{30,}
xendit          xnd_[a-z]{6,12}_           [A-Za-z0-9]{40,}
yandex          AQVN                       [\w\-]{35,38}
yandex          YC[A-Z]                    [\w\-]{37}
yandex          t1\.[A-Z0-9]               [\w\-]{40,}={0,2}\.[\w\-]{86}={0,2}
zuplo           zpka_                      [a-z0-9]{32}_[a-z0-9]{8}
"""
ROWS = [row.replace("{UUID}", _UUID).split(None, 2)[1:] for row in _TABLE.strip().split("\n")]
_TOGETHER = 9  # patterns of one finder
# Mollie, GoCardless, Lob and more: of one run of letters and digits, and no name of a test.
_OF_MODE = r"\b(?:live|test)_[A-Za-z0-9]{30,}\b"
_OF_MODE_GATE = r"\b(?:live|test)_[A-Za-z0-9]{4}"
# What stands at its end: MaxMind, DeepL, Mailgun, and Azure in Base64 of a fixed length.
_AT_END = (
    rf"\b[A-Za-z0-9]{{6}}_[A-Za-z0-9]{{29}}_mmk\b|\b{_UUID}:fx\b|"
    r"\b[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}\b|"
    r"[A-Za-z0-9+/_\-]{33,80}(?:Az(?:Fu|Se|Ca)|ACDb|AZEG|AIoT|\+A(?:CR|St|Ba|Eh|Sb|Rm))"
    r"[A-Za-z0-9+/]{4,12}={0,2}"
)
_AT_END_GATE = (
    r"_mmk\b|:fx\b|[a-f0-9]-[a-f0-9]{8}-[a-f0-9]{8}\b|Az(?:Fu|Se|Ca)|ACDb|AZEG|AIoT|"
    r"\+A(?:CR|St|Ba|Eh|Sb|Rm)"
)
# Whoever has the address may write there.
_ADDRESSES = (
    rf"/open-apis/bot/v2/hook/{_UUID}|\bmaker\.ifttt\.com/trigger/\w+/(?:json/)?with/key/[\w\-]{{20,}}|"
    r"\bhooks?\.(?:[a-z0-9]+\.)?(?:make|integromat)\.com/[a-z0-9]{20,}|"
    r"/hooks/[a-z0-9]{26}\b|/hooks/[A-Za-z0-9]{17,26}/[A-Za-z0-9]{40,}|/api/webhook/[a-f0-9]{32,}|"
    rf"\bhc-ping\.com/{_UUID}|/build_hooks/[a-f0-9]{{24}}|"
    r"/integrations/deploy/prj_[A-Za-z0-9]{20,}/[A-Za-z0-9]{10,}"
)
_ADDRESSES_GATE = (
    r"/bot/v2/hook/|/with/key/|(?:make|integromat)\.com/[a-z0-9]|/hooks/[A-Za-z0-9]{8}|"
    r"/api/webhook/|hc-ping\.com/|/build_hooks/|/deploy/prj_"
)
_DIGITS_MIN = 3
Unless = Callable[[bytes, int, int], bool]
_DRAWN = re.compile(rb"[0-9]|[a-z][A-Z]")


def _is_words(text: bytes, start: int, end: int) -> bool:
    """Whether what stands there has neither a digit nor a capital behind a small letter."""
    return _DRAWN.search(text, start, end) is None


def _has_few_digits(text: bytes, start: int, end: int) -> bool:
    return sum(c in b"0123456789" for c in text[start:end]) < _DIGITS_MIN


def in_parts(
    issued: Sequence[tuple[str, str]], *, unless: Unless | None = None
) -> tuple[Finder, ...]:
    """Of gates and patterns a few together: all of them take ten milliseconds to compile, and what
    is hit is one."""
    parts = [issued[i : i + _TOGETHER] for i in range(0, len(issued), _TOGETHER)]
    return tuple(
        whole_match(
            "|".join(whole for _, whole in part),
            "A",
            gate=in_order("|".join(sorted({gate for gate, _ in part}))),
            unless=unless,
        )
        for part in parts
    )


ISSUERS: tuple[Finder, ...] = (
    *in_parts([(rf"\b{begin}", rf"\b{begin}{rest}") for begin, rest in ROWS], unless=_is_words),
    whole_match(_OF_MODE, "A", gate=_OF_MODE_GATE, unless=_has_few_digits),
    whole_match(_AT_END, "A", gate=_AT_END_GATE),
    whole_match(_ADDRESSES, "A", gate=_ADDRESSES_GATE, unless=_is_words),
)
