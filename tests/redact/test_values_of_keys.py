"""Where the value of a user's key begins and ends, and what such keys are called elsewhere."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

# ⟪ and ⟫ are around what is a user's name.
ENDS = (
    "username=⟪jdoe⟫&password=x",
    "username=⟪jdoe⟫&remember&lang=de",
    "jdbc:mysql://db/shop;user=⟪jdoe⟫;ssl=true",
    "LEEF:1.0|a|b|1|x|usrName=⟪ivana.k⟫^src=y",
    r"Account Name:\t\t⟪jdoe⟫\r\n\tAccount Domain:\t\tx",
    r"Account Name:\\t\\t⟪jdoe⟫\\r\\n\\tAccount Domain:\\t\\tx",
    r"Account Name:\t\t⟪jdoe⟫\nLogon ID:\t\t0x3E7",
    r"Account Name:\t\t-\r\n\tAccount Domain:\t\t-",
    r"Account Name:\t\tSYSTEM\r\n\tAccount Domain:\t\tx",
    r"user=⟪jdoe⟫\n",
    r"user=⟪jdoe⟫\nstate=x",
    r"user=\"⟪jdoe⟫\"\n",
    r"user: CORP\⟪nadia⟫",
    r"user=CORP\\⟪nadia⟫",
    r"user: ⟪corp\nadia⟫",
    r"user=CORP\⟪tSmith⟫",
    "user=⟪o'brien⟫",
    "User: ⟪O'Brien⟫",
    '"user":"⟪o\'brien⟫"',
    "{'user': '⟪o'brien⟫', 'x': 1}",
    "{'user':'⟪bob⟫','x':1}",
    "user=u'⟪jdoe⟫'",
    "user: ⟪bob⟫'s laptop",
    "User '⟪O'Brien⟫' logged in",
    "Failed password for ⟪d'souza.m⟫ from host",
    "[username] => ⟪jdoe⟫",
    "Array ( [login] => ⟪admin⟫ [x] => 1 )",
    "[user]: starting",
)
ABROAD = (
    "Kontoname: ⟪{}⟫",
    "Kontoname:\t\t⟪{}⟫",
    "Anmeldekonto: ⟪{}⟫",
    "Benutzerkennung=⟪{}⟫",
    "Nom du compte : ⟪{}⟫",
    "Nom du compte\u00a0:\t\t⟪{}⟫",
    "Nom d’utilisateur\u00a0: ⟪{}⟫",
    "Identifiant : ⟪{}⟫",
    "Nombre de cuenta: ⟪{}⟫",
    "Nome da conta: ⟪{}⟫",
    "Nome account: ⟪{}⟫",
    "Accountnaam: ⟪{}⟫",
    "Nazwa konta: ⟪{}⟫",
    "Název účtu: ⟪{}⟫",
    "Fióknév: ⟪{}⟫",
    "Kontonamn: ⟪{}⟫",
    "Kontonavn: ⟪{}⟫",
    "Hesap Adı: ⟪{}⟫",
    "Käyttäjänimi: ⟪{}⟫",
    "Имя учетной записи: ⟪{}⟫",
    "ユーザー名: ⟪{}⟫",
    "アカウント名：⟪{}⟫",
    "用户名: ⟪{}⟫",
    "帐户名称:\t⟪{}⟫",
    "계정 이름: ⟪{}⟫",
    "उपयोगकर्ता नाम: ⟪{}⟫",
    r"Kontoname:\t\t⟪{}⟫\r\n\tKontodomäne:\t\tx",
)
NOBODY_ABROAD = (
    "Kontoname: LOKALER DIENST",
    "Nom du compte : SERVICE RÉSEAU",
    "Имя учетной записи: СИСТЕМА",
    "Identifiant de l'événement : 4625",
    "Nombre de cuenta no encontrado: 12",
    "Konto: gesperrt, Compte : courant, cuenta: corriente",
    "用户名或密码错误: x",
    "名称: nginx, 状态：running, id: abc",
)
ELEMENTS = (
    "<user-name>⟪asharma⟫</user-name>",
    "<accountName>⟪jdoe⟫</accountName>",
    "<wsse:Username>⟪jdoe⟫</wsse:Username>",
    '<saml:NameID Format="urn:x">⟪jdoe⟫</saml:NameID>',
    '<username xsi:type="xsd:string">⟪jdoe⟫</username>',
    "<accountName>production</accountName>",
    '<item type="x">jdoe</item>',
    'filter="(uid=⟪jdoe⟫)" scope=2',
    "session opened by (uid=0)",
    "Driver=x;UID=⟪app⟫;PWD=x",
    'ldapsearch -x -D "cn=⟪binduser⟫,dc=acme,dc=org"',
    'conn=1 op=0 BIND dn="cn=⟪binduser⟫,dc=acme,dc=org" method=128',
    'bind_dn: "cn=config,dc=acme"',
    '"user":{"id":5,"name":"⟪jdoe⟫"}',
    '"account":{"id":5,"name":"Savings"}',
    '"owner":{"id":5,"name":"platform"}',
)


def marked_again(text: str) -> str:
    found = sorted((f.start, f.end) for f in findings(text) if f.detector == "user")
    for start, end in reversed(found):
        text = f"{text[:start]}⟪{text[start:end]}⟫{text[end:]}"
    return text


def bare(text: str) -> str:
    return text.replace("⟪", "").replace("⟫", "")


@pytest.mark.parametrize("number", range(len(ENDS)))
def test_a_name_ends_where_its_value_does(number: int) -> None:
    assert marked_again(bare(ENDS[number])) == ENDS[number]


@pytest.mark.parametrize("number", range(len(ABROAD)))
def test_the_account_of_an_event_is_found_in_every_language(number: int) -> None:
    for name in ("jdoe", "m.hofmann", "kzorb7"):
        line = ABROAD[number].format(name)
        assert marked_again(bare(line)) == line


@pytest.mark.parametrize("number", range(len(NOBODY_ABROAD)))
def test_what_names_nobody_abroad_is_left(number: int) -> None:
    assert marked_again(NOBODY_ABROAD[number]) == NOBODY_ABROAD[number]


@pytest.mark.parametrize("number", range(len(ELEMENTS)))
def test_names_in_elements_filters_and_objects_are_found(number: int) -> None:
    assert marked_again(bare(ELEMENTS[number])) == ELEMENTS[number]
