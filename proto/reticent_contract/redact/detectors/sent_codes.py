"""Codes to sign in with, as banks and services send them in texts of many languages.

    a phrase      Ihre mobileTAN: 482913, Kod SMS: 482913, 验证码是482913
    whose it is   Ihr Code ist 482913, ваш код: 482913
    the number    482913 es tu código, 482913 — код подтверждения

Must hold: linear; between the phrase and the number stand few words, and none with a digit. A code
of an error, of goods or of a place is none: the phrase says what it is of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from reticent_contract.redact.detectors.codes import NOT_TO_SIGN_IN
from reticent_contract.redact.detectors.counted import is_counted
from reticent_contract.redact.detectors.model import WIDE_BYTES_MAX, Finder, Found, Pattern
from reticent_contract.redact.gates import in_order

# Accents of Latin letters may be left out, as in texts of seven bits.
_PHRASES = """
one-time password|one-time passcode|one time password|one time passcode|one-time pin|
enter this code|enter the code|enter the 4-digit code|enter the 6-digit code|
mobile-tan|mobiletan|sms-tan|smstan|push-tan|pushtan|phototan|photo-tan|chiptan|chip-tan|itan|
einmalpasswort|einmalcode|einmalkennwort|freischaltcode|aktivierungscode|bestätigungscode|
verifizierungscode|sicherheitscode|anmeldecode|zugangscode|login-code|
code d'accès|code d’accès|code d'activation|code secret|code à usage unique|code temporaire|
code sms|code de vérification|code de sécurité|code de confirmation|code de validation|
code de connexion|mot de passe à usage unique|mot de passe unique|mot de passe temporaire|
clave dinámica|clave otp|clave temporal|clave sms|clave de un solo uso|clave de acceso|
clave de seguridad|clave de verificación|código sms|código otp|código temporal|código único|
código de un solo uso|código de acceso|código de seguridad|código de verificación|
código de confirmación|código de autorización|código de activación|código de acesso|
código de segurança|código de verificação|código de confirmação|código de autorização|
código de ativação|senha de uso único|senha temporária|
codice sms|codice otp|codice pin|codice temporaneo|codice monouso|codice di accesso|
codice di sicurezza|codice di verifica|codice di conferma|codice di autorizzazione|
codice di attivazione|password monouso|password usa e getta|
beveiligingscode|verificatiecode|bevestigingscode|inlogcode|activatiecode|toegangscode|sms-code|
eenmalige code|eenmalige toegangscode|tan-code|
kod sms|kod jednorazowy|kod dostępu|kod weryfikacyjny|kod autoryzacyjny|kod aktywacyjny|
kod potwierdzający|kod bezpieczeństwa|kod logowania|hasło sms|hasło jednorazowe|
onay kodu|onay kodunuz|doğrulama kodu|doğrulama kodunuz|güvenlik kodu|güvenlik kodunuz|
giriş kodu|giriş kodunuz|aktivasyon kodu|sms şifreniz|tek kullanımlık şifre|
tek kullanımlık şifreniz|tek kullanımlık kod|
सत्यापन कोड|सुरक्षा कोड|पुष्टि कोड|ओटीपी कोड|ओटीपी|
kode otp|kode sms|kode verifikasi|kode rahasia|kode akses|kode keamanan|kode aktivasi|
kode konfirmasi|jangan berikan kode|jangan berikan otp|jangan bagikan kode|jangan bagikan otp|
код подтверждения|код доступа|код безопасности|код активации|код авторизации|код проверки|
код для входа|код из смс|код из sms|никому не сообщайте код|никому не говорите код|
никому не сообщайте пароль|одноразовый код|одноразовый пароль|смс-код|sms-код|
رمز التحقق|رمز التأكيد|رمز الأمان|رمز الدخول|رمز التفعيل|קוד האימות|קוד אימות|קוד כניסה|
mã otp|mã xác nhận|mã xác thực|mã xác minh|mã bảo mật|
κωδικός επαλήθευσης|κωδικός επιβεβαίωσης|κωδικός μίας χρήσης|
ověřovací kód|potvrzovací kód|verifikációs kód|ellenőrző kód|biztonsági kód|egyszeri kód|
egyszeri jelszó|codul de verificare|codul de securitate|codul unic|
engångskod|verifieringskod|bekräftelsekod|säkerhetskod|engangskode|bekreftelseskode|
sikkerhedskode|sikkerhetskode|vahvistuskoodi|kertakäyttökoodi|turvakoodi
"""
# Whose it is tells as well as what it is for.
_OWNERS = """
your|dein|ihr|votre|ton|tu|su|seu|tuo|tua|je|uw|twój|din|ditt|mon|váš|tvůj
"""
_OWNED = """
kodunuz|şifreniz|kódja|kode anda|kode verifikasi anda|ваш код|твой код|codul dvs|codul tău|
ο κωδικός σας|הקוד שלך|رمزك|आपका कोड|आपका otp|आपका ओटीपी|आपका सत्यापन कोड
"""
# Of scripts that set no blank between words.
_EASTERN = """
验证码|驗證碼|动态密码|动态口令|动态码|校验码|短信码|認証コード|認証番号|確認コード|確認番号|検証コード|
ワンタイムパスワード|暗証番号|인증번호|인증 번호|인증코드|인증 코드|일회용 비밀번호|확인 코드
"""


PHRASES = tuple("|".join((_PHRASES, _OWNED, _EASTERN)).replace("\n", "").split("|"))


def _any_of(phrases: str) -> str:
    """A pattern of `phrases`, where a letter with an accent may stand without it."""
    return "|".join(
        ("\\b" if phrase[0].isascii() else "") + "".join(map(_letter, phrase))
        for phrase in phrases.replace("\n", "").split("|")
    )


def _letter(character: str) -> str:
    if character.isascii():
        return re.escape(character)
    base = unicodedata.normalize("NFD", character)[0]
    base = {"ł": "l", "ı": "i"}.get(character, base)
    code = f"\\x{{{ord(character):x}}}"
    return f"(?:{code}|{base})" if base.isascii() else code


# Where case is ignored, the long s and the Kelvin sign would make it match s and k.
_BEYOND_ASCII = r"(?-i:[\x{80}-\x{10FFFF}])"
_DIGITS = r"(?:[0-9]{4,8}|[0-9]{3}[ \-][0-9]{3})"
_YOUR_CODE = (
    rf"(?:{_any_of(_OWNERS)}) (?:[A-Za-z]+[ \-]){{0,2}}"
    r"(?:code|c(?:\x{f3}|o)digo|codice|kode?|k\x{f3}d|token|otp|tan)"
)
_TOLD = f"(?:{_any_of(_PHRASES)}|{_any_of(_OWNED)})"
_PHRASE = f"(?:{_TOLD}|{_YOUR_CODE})"
# What may stand between: up to three words, a sign, a bracket.
_BETWEEN = r"(?: [^\s0-9:=.;(\[]{1,16}){0,3}?\s?[:=\x{ff1a}]?\s{0,2}[\[(\"'\x{ff08}]?"
_EASTERN_BETWEEN = r"[\]\x{3011}]?[^\s0-9.;\[]{0,2}\s{0,2}[:=\x{ff1a}]?\s{0,2}[\[(\"'\x{ff08}]?"
_IS = (
    r"(?:is|ist|est|es|\x{e9}|\x{e8}|to|jest|\x{e4}r|er|on|je|adalah|l\x{e0}|\x{2014}|-|"
    r"\x{939}\x{948})"
)
_CODE_LAST = (
    rf"(?i){_TOLD}{_BETWEEN}{_DIGITS}\b|{_YOUR_CODE}(?: {_IS})?\s?[:=]?\s{{0,2}}{_DIGITS}\b|"
    rf"(?:{_any_of(_EASTERN)}){_EASTERN_BETWEEN}[0-9]{{4,8}}"
)
_CODE_FIRST = rf"(?i)\b{_DIGITS} (?:{_IS} )?(?:[^\s0-9:=.;]{{1,12}} )?{_PHRASE}"
_GATE = in_order(rf"(?i){_any_of(_PHRASES)}|{_any_of(_OWNED)}|{_YOUR_CODE}|{_BEYOND_ASCII}{{2}}")
_NUMBER = re.compile(rb"[0-9]{4,8}(?![0-9])|[0-9]{3}[ \-][0-9]{3}(?![0-9])")
_PART_OF_MORE = re.compile(rb"[ .,\-/:]?[0-9]|[*xX%]|\.[a-z0-9]")
_OF_PHONE = re.compile(rb"\+[0-9]{1,3}(?:[ \-][0-9]{2,5}){0,3}[ \-]\Z")
_PHONE_BYTES = 24
_JOINED_BEFORE = frozenset(b"+-./,$#")


def _codes(compiled: Pattern, choose: Callable[[list[re.Match[bytes]]], re.Match[bytes]]) -> Finder:

    def find(text: bytes) -> list[Found]:
        found: list[Found] = []
        for start, end in compiled.spans(text):
            raw = text[start:end]
            numbers = [*_NUMBER.finditer(raw)]
            if not numbers or NOT_TO_SIGN_IN.search(raw) is not None:
                continue
            low, high = (start + at for at in choose(numbers).span())
            if _PART_OF_MORE.match(text, high) is not None or is_counted(text, high):
                continue
            if low and text[low - 1] in _JOINED_BEFORE:
                continue
            if _OF_PHONE.search(text, max(0, low - _PHONE_BYTES), low) is not None:
                continue  # +91 98415 17527: where the code was sent to
            found.append((low, high, text[low:high]))
        return found

    return Finder(_GATE, find, "B", needs=compiled)


SENT_CODES: tuple[Finder, ...] = (
    _codes(
        Pattern(_CODE_LAST, first=re.compile(_DIGITS.encode()).search, bytes_max=WIDE_BYTES_MAX),
        lambda numbers: numbers[-1],
    ),
    _codes(
        Pattern(_CODE_FIRST, first=re.compile(rf"\b{_DIGITS} ".encode()).search),
        lambda numbers: numbers[0],
    ),
)
