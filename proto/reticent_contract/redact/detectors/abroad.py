"""User names where the words around them tell, in languages other than English.

    a participle    erstellt von jdoe, créé par alice, creado por bob, utworzone przez ola
    a noun          Benutzer j.doe, utilisateur 'alice', Mitarbeiter bob ausgestempelt, usuario x ha
    a key           Bearbeiter: jdoe, Kunde=ann
    what one says   mi usuario es jdoe, mein Benutzername lautet jdoe
    a title         श्री मोहन दास, 氏名 佐藤 健一

    an account's    Kontoname: jdoe, Nombre de cuenta: bob, 用户名：ann, as Windows has them

Enters: text. Leaves: user names and, of capitals, full names. Must hold: as of `slots`. What such a
language is written with is in no list, so a noun alone tells nothing: a sign, a quote or a verb
has to be there as well.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.bounds import of_value
from reticent_contract.redact.detectors.foreign import FOREIGN
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Found
from reticent_contract.redact.detectors.person import NAME, is_prose_word, named
from reticent_contract.redact.detectors.sentence import (
    Sentence,
    found_by,
    is_signed,
    one_of,
)
from reticent_contract.redact.detectors.somebody import Told, is_somebody
from reticent_contract.redact.detectors.things import is_thing
from reticent_contract.redact.gates import in_order


def _listed(text: str) -> frozenset[bytes]:
    """A word may be one of several languages."""
    return frozenset(text.encode().split())


_BY = _listed("von vom durch par por da dal dalla door przez av af")
# Behind these and one of those stands who did it.
_TO = _listed("an à al a do aan till til ao")
_GIVEN = _listed(
    """
    zugewiesen übergeben weitergeleitet assigné attribué transmis asignado asignada enviado
    atribuído atribuída assegnato assegnata toegewezen przypisano przypisany przypisane tilldelat
    tilldelad tildelt
    """
)
_DONE = _listed(
    """
    erstellt angelegt geändert bearbeitet gelöscht gesperrt entsperrt genehmigt abgelehnt storniert
    freigegeben hochgeladen heruntergeladen gestartet beendet eingereicht zugewiesen beantragt
    besitz gedruckt aktualisiert geöffnet geschlossen angefordert gebucht unterschrieben gemeldet
    bestätigt geprüft hinzugefügt entfernt eingeladen verschoben umbenannt gesendet angenommen
    übergeben
    créé créée modifié modifiée supprimé supprimée approuvé approuvée validé validée signé signée
    envoyé envoyée annulé annulée verrouillé importé exporté assigné attribué ouvert fermé demandé
    téléchargé ajouté refusé publié partagé
    creado creada modificado modificada eliminado eliminada aprobado aprobada bloqueado bloqueada
    enviado enviada firmado firmada cancelado cancelada solicitado solicitada actualizado cerrado
    actualizada abierto asignado asignada rechazado rechazada compartido
    creato creata modificato modificata eliminato approvato approvata inviato inviata firmato
    firmata annullato bloccato richiesto aggiornato caricato assegnato condiviso
    aangemaakt gewijzigd verwijderd goedgekeurd geblokkeerd verzonden ondertekend geannuleerd
    aangevraagd toegewezen bijgewerkt gestart afgewezen gedeeld
    utworzone utworzony utworzona utworzono zmienione zmieniony zmieniona usunięte usunięty usunięta
    zatwierdzone zatwierdzony zatwierdzona zablokowane zablokowany dodane dodany podpisane wysłane
    skapad skapat ändrad ändrat borttagen godkänd låst tilldelad opprettet oprettet endret ændret
    slettet godkjent godkendt
    criado criada alterado alterada excluído excluída aprovado aprovada
    """
)
# Behind these and one of those stands as whom somebody is logged on: en tant que jdoe.
_AS = _listed("als som jako como come que")
_LOGGED = _listed(
    """
    angemeldet eingeloggt inn ind inloggad innlogget zalogowany zalogowana zalogowano connecté
    connectée authentifié authentifiée identifié conectado conectada autenticado autenticada
    iniciada identificado collegato collegata autenticato autenticata connesso ingelogd aangemeld
    přihlášen přihlášena prihlásený logado logada
    """
)
_NOUNS = _listed(
    """
    benutzer benutzerin mitarbeiter mitarbeiterin kunde kundin bearbeiter bearbeiterin
    utilisateur utilisatrice usuario usuaria cliente utente gebruiker
    użytkownik użytkownika pracownik pracownika användare användaren bruker brukeren bruger brugeren
    pengguna karyawan pelanggan uživatel uživatele zaměstnanec käyttäjä käyttäjän felhasználó
    utilizatorul utilizator korisnik korisnika naudotojas kasutaja lietotājs uporabnik používateľ
    používateľa mtumiaji anvandare χρήστης користувач користувача потребител потребителя Користувач
    Потребител 用户 用戶 使用者 ユーザー ユーザ 사용자 उपयोगकर्ता المستخدم مستخدم dùng
    பயனர் usuário usuária utilizador kullanıcı пользователь пользователя Пользователь
    """
)
_VERBS = _listed(
    """
    angemeldet abgemeldet eingeloggt ausgeloggt gesperrt entsperrt gelöscht angelegt erstellt hat
    deaktiviert aktiviert hinzugefügt entfernt ausgestempelt eingestempelt eingecheckt geändert
    wurde ist
    connecté connectée déconnecté déconnectée créé créée supprimé bloqué bloquée ajouté désactivé
    est
    conectado conectada desconectado desconectada bloqueado bloqueada creado creada eliminado ha
    inició cerró
    collegato collegata disconnesso disconnessa connesso connessa bloccato creato eliminato
    ingelogd uitgelogd geblokkeerd aangemaakt verwijderd heeft afgemeld aangemeld vergrendeld
    ontgrendeld uitgeschakeld
    zalogowany zalogowana wylogowany wylogowana zablokowany zablokowana został została zalogował
    zalogowała
    inloggad utloggad loggade har logget innlogget
    desligado entrou saiu giriş çıkış přihlášen odhlášen
    s è hat wurde möchte meldet kann se ne a-t-il n wylogował wylogowała zmienił zmieniła próbował
    zablokował ma nie loggade heeft is blev blir loggede kirjautui vaihtoi entrou saiu mudou foi
    esqueceu inició cerró cambió olvidó intentó quedó fue ha cambiado a-été verrouillé
    berhasil gagal masuk keluar telah sudah byl byla je kirjautui on fost bejelentkezett
    kijelentkezett logget prisijungė đã
    вошёл вошел вышел вошла вышла заблокирован заблокирована
    """
)
# No names, though no list of English words has them.
NOBODY = (
    _VERBS
    | _DONE
    | _NOUNS
    | _BY
    | _listed(
        """
    der die das den dem des ein eine einen einem einer kein keine nicht und oder mit ohne für auf im
    am zum zur bei nach aus wird war sind sich konto kennwort passwort nummer gruppe rolle dienst
    gefunden existiert bereits abgelaufen anmeldung abmeldung unbekannt ungültig neu
    le la les un une du de des et ou non pas avec sans pour sur dans été sont son sa système compte
    trouvé groupe inconnu introuvable
    el los las una unos del al no se con sin para que fue sido está sistema cuenta grupo desconocido
    encontrado
    il lo gli uno di della senza per nel stato sono gruppo sconosciuto trovato
    het een niet met zonder voor op uit werd is zijn systeem groep onbekend gevonden
    nie jest są bez dla na do od ze system grupa nieznany znaleziono hasło
    och eller inte med utan på ur är var systemet gruppen okänd finns og ikke er til fra blev ble
    os as um uma não com sem foi são conta ve değil ile için bu bir sistem hesap
    gast gäst gjest gość invitado invité ospite
    не и или на по для был была система найден найдена
    """
    )
)
_NOT_LATIN = b"\xce"  # of UTF-8, Greek and what comes behind it begin so
_FOR = _listed("für pour à al l del para per van von voor för till du por")
_OF_WORDS = (
    *("ado", "ada", "ido", "ida", "idos", "ados", "bar", "lich", "isch", "iert", "ung", "ión"),
    *("ivo", "iva", "ante", "ente", "ant", "ent", "ble", "eur", "euse", "té", "tée", "ique"),
    *("ato", "ata", "ito", "ita", "lijk", "isk", "ande", "ende", "ual"),
)
_SIGN = re.compile(rb"[\"'\\]{0,3}\s?[:=]\s?[\\\"'\[(<]{0,3}")
# Of each noun what it begins with, in ASCII: longer ones, letters beyond and any case cost the
# automaton more. So in capitals throughout it tells nothing.
_BEGINS = re.compile(r"([a-z])([a-z]{1,5}|[^a-z])|[^a-z]{2}")
_GIVEN_ENDS = {word.decode()[1:].encode() for word in _GIVEN}  # whatever case it begins with
_LOGGED_ENDS = {word[1:] for word in _LOGGED if len(word) > 3}
_GATE = in_order(
    rf" (?:{one_of(_BY)}) |"
    rf"(?:{one_of(_LOGGED_ENDS)}|ogget in[nd]) (?:als|som|jako|como|come|en tant que) |"
    rf"(?:{one_of(_GIVEN_ENDS)}) (?:{one_of(_TO)}) |"
    + "|".join(
        {
            rf"\b[{m[1].upper()}{m[1]}]{m[2]}" if m[1] else m[0]
            for m in map(_BEGINS.match, map(bytes.decode, _NOUNS))
            if m is not None
        }
    )
)


def _walk(sentence: Sentence) -> set[int]:
    found: set[int] = set()
    words = sentence.words
    for at, word in enumerate(words):
        if word in _TO and words[at - 1] in _GIVEN:
            _add(sentence, at + 1, found)
        if word in _AS:
            _behind_as(sentence, at, found)
        if word not in _BY and word not in _NOUNS:
            continue
        if sentence.text[slice(*sentence.span(at))].isupper():
            continue
        if words[at - 1] in _DONE if word in _BY else _is_told(sentence, at + 1):
            _add(sentence, at + 1, found)
    return found


def _behind_as(sentence: Sentence, at: int, found: set[int]) -> None:
    """`angemeldet als bob`, `connecté en tant que bob`: as the gate has it, byte for byte."""
    before = at - 2 if sentence.words[at] == b"que" else at
    logged = sentence.words[before - 1]
    if before < 1 or logged not in _LOGGED:
        return
    ends = b"ogget " + logged if len(logged) == len(b"inn") else logged[1:]
    as_whom = b"en tant que" if before < at else sentence.words[at]
    if sentence.text.endswith(ends + b" " + as_whom + b" ", 0, sentence.span(at)[1] + 1):
        _add(sentence, at + 1, found)


def _is_told(sentence: Sentence, at: int) -> bool:
    """Whether the word behind a noun is somebody: `: bob`, r.novak, 'bob', `bob hat`."""
    if _SIGN.fullmatch(sentence.gap(at)):
        return True
    if is_signed(sentence.words[at]) or sentence.is_quoted(at):
        return True
    if sentence.words[at - 1][:1] >= _NOT_LATIN and sentence.words[at].isascii():
        return True  # a word in our letters, in a sentence of others
    if sentence.words[at + 1] in _VERBS and sentence.gap(at + 1) == b" ":
        return True
    # für Benutzer tvogel (Code 12), and at the end of what is said
    behind = sentence.gap(at + 1)
    is_last = behind.startswith(b" (") or not sentence.words[at + 1]
    return is_last and sentence.words[at - 2] in _FOR and _is_no_word(sentence.words[at])


def _is_no_word(word: bytes) -> bool:
    text = word.decode("utf-8", "replace")
    return text not in FOREIGN and not text.endswith(_OF_WORDS)


def _add(sentence: Sentence, at: int, found: set[int]) -> None:
    if sentence.words[at] in NOBODY:
        return
    if sentence.is_name(at):
        found.add(at)


ABROAD = found_by(_walk, _GATE)
# What a key is called that holds the name of an account: in the events of Windows, in forms.
_ACCOUNT_NAMES = (
    r"nom (?:du |de |d['\x{2019}]un )compte|compte (?:d['\x{2019}])?utilisateur|utilisateur|"
    r"(?:anmelde|benutzer)(?:konto|kennung)|compte d['\x{2019}]ouverture de session|"
    r"nombre de (?:la )?cuenta|cuenta de (?:usuario|inicio de sesión)|"
    r"nome (?:da|de) conta|conta de (?:usuário|utilizador|logon|início de sessão)|utilizador|"
    r"nome (?:dell['\x{2019}])?account|account (?:utente|di accesso)|"
    r"(?:gebruikers|aanmeldings)account|nazwa konta|konto logowania|nazwa użytkownika|"
    r"název účtu|názov účtu|uživatelské jméno|přihlašovací jméno|používateľské meno|"
    r"fióknév|felhasználónév|felhasználói név|hesap adı|kullanıcı(?: adı)?|"
    r"tilin nimi|käyttäjä(?:nimi|tunnus)|nume(?:le)? (?:de )?(?:cont(?:ului)?|utilizator)|"
    r"имя уч[её]тной записи|имя пользователя|логин|ім'я (?:облікового запису|користувача)|"
    r"потребителско име|име на акаунт|όνομα (?:λογαριασμού|χρήστη)|"
    r"ユーザー?名|アカウント名|ログイン名|ユーザー?id|ログオン アカウント|"
    r"用[户戶]名称?|使用者名稱|[帐账]户名称?|帳戶名稱|[帐账]号|登[录錄]名|登[录錄]帐户|"
    r"계정 ?이름|사용자 ?이름|사용자 ?명|사용자 계정|로그온 계정|아이디|"
    r"उपयोगकर्ता(?: का)? नाम|खात[ाे](?: का)? नाम|பயனர் ?பெயர்|వినియోగదారు ?పేరు|ব্যবহারকারীর নাম|"
    r"χρήστης|משתמש|ผู้ใช้|اسم المستخدم|اسم الحساب|שם (?:ה)?משתמש|שם (?:ה)?חשבון|ชื่อผู้ใช้|ชื่อบัญชี|"
    r"tên (?:đăng nhập|người dùng|tài khoản)|nama (?:pengguna|akun)"
)
_IS = r"[\\\"']{0,3}[ \x{a0}\x{202f}]?(?:=|:|\x{ff1a})"
_OPENED = r"[ \t\x{a0}]{0,4}(?:\\{0,2}[\"'\[<(]){0,2}"
_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_KEYED = rf"(?i)(?:{_ACCOUNT_NAMES}){_IS}{_OPENED}({NAME})"
# How those end.
_KEYED_GATE = in_order(
    r"(?i)(?:compte|cuenta|conta|konto|kennung|utilisateur|utilizador|usuario|utente|konta|logowania|"
    r"nome (?:dell['\x{2019}])?account|(?:gebruikers|aanmeldings)account|de session|de logon|"
    r"accesso|nimi|tunnus|nume(?:le)? (?:de )?cont|contului|utilizator|meno|akun|pengguna|"
    rf"{_BEYOND_ASCII}(?:v|n|o|p|ng|tu|no|id|rio|ownika)?){_IS}"
)


# 用户wanglei已退出, ユーザー「sato.k」: without a blank, or in the quotes of those languages.
_LOGIN = r"[A-Za-z][A-Za-z0-9._\-]{1,31}"
_GLUED = (
    r"(?:用户|用戶|使用者|ユーザー?|사용자|アカウント|账户|帐户|帳戶|账号|帐号)"
    rf"(?: ?[「『]({_LOGIN})[」』]|"
    r"([a-z][a-z0-9._\-]{1,31})[\x{4e00}-\x{9fff}])"
)
_GLUED_GATE = r"[户戶者ー자ト号] ?(?:[a-z]|[「『][A-Za-z])"


# What somebody says that they are called to a program: mi usuario es lnavarrete.
_MINE = (
    r"(?i)\b(?:my|mi|meine?|mon|il mio|mio|meu|o meu|minha|mijn|mer[ai]|mitt|mina?|moje?|m\x{f3}j|"
    r"\x{43c}\x{43e}\x{439}) "
    r"(?:nombre de usuario|nom d['\x{2019}]utilisateur|nome (?:de )?(?:utente|usu\x{e1}rio|"
    r"utilizador)|"
    r"(?:user|log ?in|benutzer|gebruikers|anv\x{e4}ndar|bruker|bruger|anmelde)[ \-]?(?:name|naam|"
    r"namn|navn|id|"
    r"kennung)?|usuario|usu\x{e1}rio|utilizador|utente|identifiant|compte|cuenta|conta|konto|kennung|"
    r"nazwa u\x{17c}ytkownika|account|\x{43b}\x{43e}\x{433}\x{438}\x{43d})"
    r"(?: (?:es|ist|lautet|est|is|\x{e8}|\x{e9}|e|\x{e4}r|er|to|hai))?:? "
    r"[\"']?([a-z][a-z0-9._\-]{2,31})(?:[\s,;\"')]|[.!?]?(?:\s|$))"
)
_MINE_GATE = in_order(
    r"(?i)(?:my|mi|meine?|mon|mio|meu|minha|mijn|mer[ai]|mitt|mina?|moje?|m\x{f3}j|"
    r"\x{43c}\x{43e}\x{439}) (?:nombre de u|nom d|nome |user|log ?in|benutzer|gebruikers|anv|"
    r"bruker|"
    r"bruger|anmelde|usu|utili|utente|identif|compte|cuenta|conta|konto|kennung|nazwa|account|"
    r"\x{43b}\x{43e}\x{433})"
)


def _take_mine(start: int, value: bytes) -> Found | None:
    value = value.rstrip(b".-_")
    return None if value in NOBODY else _take_letters(start, value)


def _take_keyed(start: int, value: bytes) -> Found | None:
    begin, name = of_value(value)
    return named(start + begin, name)


def _take_letters(start: int, value: bytes) -> Found | None:
    """In the letters of a login, no word of programs: 用户ID."""
    return None if is_prose_word(value) else named(start, value)


# Behind a title, and in a form without a colon: of two words, as a third is a verb.
_ADDRESSED = frozenset(
    [
        "ग्राहक",
        "ग्राहकों",
        "मित्र",
        "मित्रों",
        "सर",
        "साथियों",
        "साथी",
        "महोदय",
        "सदस्य",
        "यात्री",
        "उपयोगकर्ता",
        "अभिभावक",
        "छात्र",
        "छात्रों",
    ]
)
_HINDI = r"[\x{900}-\x{963}\x{966}-\x{97f}]+"
_TITLED = (
    rf"(?:श्री|श्रीमती|सुश्री) ({_HINDI} {_HINDI})|का नाम ({_HINDI} {_HINDI})(?: है|[,\x{{964}}]|$)|"
    rf"श्रीमान ({_HINDI})|प्रिय ({_HINDI})(?: जी)?[,!]|"
    r"(?:[Гг]осподин|[Гг]оспожа|[Гг]-н|[Гг]-жа|[Тт]оварищ) ([А-ЯЁІЇЄ][а-яёіїє]+(?:-[А-Я][а-я]+)?)|"
    r"(?:السيدة?|الدكتورة?|الأستاذة?) ([\x{620}-\x{64a}]+ [\x{620}-\x{64a}]+)|"
    r"氏名[ \x{3000}]([\x{4e00}-\x{9fff}]{1,4}[ \x{3000}][\x{3040}-\x{30ff}\x{4e00}-\x{9fff}]{1,4})"
)
_TITLED_GATE = (
    r"(?:ин|жа|-н|рищ) [\x{410}-\x{42f}\x{401}-\x{407}]|[\x{620}-\x{64a}] [\x{620}-\x{64a}]|(?:री|"
    r"ती|ान|िय|का नाम) [\x{900}-\x{97f}]|氏名[ \x{3000}]"
)


def _take_titled(start: int, value: bytes) -> Found | None:
    is_name = is_somebody(value.decode("utf-8", "replace"), Told.NOUN)
    return (start, start + len(value), value) if is_name else None


def _take_addressed(start: int, value: bytes) -> Found | None:
    """One word behind a title: no customer, no sir."""
    word = value.decode("utf-8", "replace")
    is_any = is_thing(word) or word in _ADDRESSED
    return None if is_any else (start, start + len(value), value)


TITLED_ABROAD = grouped(
    _TITLED,
    _TITLED_GATE,
    *(_take_titled, _take_titled, _take_addressed, _take_addressed, _take_addressed),
    _take_titled,
)
KEYED_ABROAD = grouped(_KEYED, _KEYED_GATE, _take_keyed)
MINE_ABROAD = grouped(_MINE, _MINE_GATE, _take_mine)
GLUED_ABROAD = grouped(_GLUED, _GLUED_GATE, _take_letters)
