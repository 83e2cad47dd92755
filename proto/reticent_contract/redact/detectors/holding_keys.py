"""What a key is called whose value is what somebody is called, in some forty languages.

Enters: nothing. Leaves: patterns of the keys, and gates for them. Must hold: a key of SURE holds
nothing else; one of LIKELY is a thing's or a firm's as well.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.model import First, words
from reticent_contract.redact.gates import in_order

# A blank is any joint: first name, first_name, firstName. With anything before it.
_OF_PART = """
first name, first names, last name, given name, given names, family name, middle name,
middle names, maiden name, birth name, second name, christian name, nickname, surname, forename,
fname, lname, patronymic, vorname, nachname, familienname, rufname, geburtsname, zuname,
nom de famille, nom de naissance, prénom, prénoms, prenom, apellido, apellidos, segundo nombre,
cognome, sobrenome, apelido, primeiro nome, último nome, imię, imie, imiona, nazwisko, voornaam,
achternaam, familienaam, förnamn, efternamn, efternavn, fornavn, etternavn, mellomnavn, etunimi,
sukunimi, jméno, příjmení, priezvisko, keresztnév, vezetéknév, családnév, utónév, prenume,
nume de familie, soyad, soyadı, soyisim, prezime, nama depan, nama belakang, όνομα, επώνυμο,
επίθετο, имя, фамилия, отчество, ім'я, прізвище, по батькові, име, презиме, անուն, ազգանուն,
სახელი, გვარი, 姓, 名, 姓氏, 名字, 氏, 성, 이름, प्रथम नाम, उपनाम, कुलनाम, थर, முதல் பெயர்,
குடும்பப் பெயர், পদবি, ডাকনাম, نام خانوادگی, نام کوچک, الاسم الأول, اسم العائلة, اللقب, שם פרטי,
שם משפחה, นามสกุล, ชื่อจริง, tên đệm
"""
WHO = sorted(
    words(
        """
    customer client patient employee student teacher pupil guest passenger contact driver courier
    rider sender recipient receiver beneficiary payee payer holder insured applicant candidate
    member owner visitor traveller traveler attendee participant speaker person buyer seller
    subscriber staff doctor physician nurse parent guardian father mother spouse husband wife
    child tenant landlord borrower signatory reviewer approver requester requestor reporter
    assignee supervisor caller callee organizer organiser author colleague contractor consultant
    instructor trainer nominee witness defendant plaintiff claimant cardholder accountholder
    creditor debtor resident signer consignee consignor addressee technician salesperson cashier
    donor invitee inviter player worker manager billing shipping operator agent actor elector
    voter
    """
    )
)
_OF_WHOLE = """
full name, real name, legal name, complete name, display name, contact person,
emergency contact, next of kin, account holder, card holder, policy holder, vollständiger name,
kundenname, patientenname, mitarbeitername, ansprechpartner, ansprechpartnerin,
vor- und nachname, nom complet, nom du client, nom du patient, nom et prénom, nom et prénoms,
nombre completo, nombre del cliente, nombre de cliente, nombre del paciente,
nombre del empleado, nombre y apellido, nombre y apellidos, nome completo, nome e cognome,
nome do cliente, nome do paciente, nome del cliente, nome del paziente, imię i nazwisko,
volledige naam, naam klant, fullständigt namn, fullt navn, fulde navn, koko nimi,
jméno a příjmení, celé jméno, meno a priezvisko, teljes név, nume complet, nume și prenume,
ad soyad, adı soyadı, ime i prezime, nama lengkap, nama pasien, nama pelanggan, nama karyawan,
personne à contacter, persona de contacto, pessoa de contato, contactpersoon, kontaktperson,
osoba kontaktowa, ονοματεπώνυμο, фио, ф.и.о., полное имя, имя клиента, имя пациента,
имя сотрудника, контактное лицо, піб, повне ім'я, пълно име, имена, пациент, пациентка, пацієнт,
пацієнтка, 姓名, 氏名, お名前, 名前, 患者名, 顧客名, お客様名, 担当, 担当者, 担当者名, 客户姓名,
患者姓名, 员工姓名, 客戶姓名, 真实姓名, 联系人, 聯絡人, 收件人, 收货人, 寄件人, 持卡人, 乘客,
患者, 病人, 성명, 성함, 고객명, 고객 이름, 환자명, 환자, 담당자, 직원명, 예금주, 수취인,
받는 사람, पूरा नाम, ग्राहक का नाम, रोगी का नाम, मरीज का नाम, कर्मचारी का नाम, छात्र का नाम,
यात्री का नाम, முழுப் பெயர், முழுபெயர், நோயாளி பெயர், நோயாளியின் பெயர், வாடிக்கையாளர் பெயர், পুরো নাম,
রোগীর নাম, গ্রাহকের নাম, কর্মচারীর নাম, نام کامل, نام و نام خانوادگی, نام بیمار, نام مشتری,
نام کارمند, الاسم الكامل, اسم العميل, اسم المريض, اسم الموظف, اسم الطالب, שם מלא, שם הלקוח,
שם לקוח, שם המטופל, שם העובד, ชื่อ-นามสกุล, ชื่อ นามสกุล, ชื่อผู้ป่วย, ชื่อลูกค้า, ชื่อพนักงาน, họ tên, họ và tên,
tên khách hàng, tên bệnh nhân, სახელი და გვარი, անուն ազգանուն
"""
_OF_ANYBODY = """
name, owner, manager, author, editor, creator, contact, customer, client, patient, employee,
student, teacher, guest, passenger, visitor, recipient, sender, payee, payer, beneficiary,
insured, applicant, candidate, assignee, reporter, reviewer, approver, requester, requestor,
attendee, participant, organizer, organiser, speaker, supervisor, caller, callee, driver,
doctor, nurse, signatory, cardholder, member, subscriber, tenant, colleague, nominee, physician,
instructor, invitee, actor, user, account, person, elector, voter, father, mother, spouse, husband,
wife, guardian, guarantor, complainant, deponent, borrower, by, assigned to, shared with, cc, from,
to, attn, attention, nom, nombre, nome, naam, namn, navn, nimi, név, nume, ad, isim, meno, nama,
tên, kunde, kundin, patientin, mitarbeiter, mitarbeiterin, bearbeiter, bearbeiterin, empfänger,
empfängerin, absender, cliente, paciente, paziente, pacjent, pacjentka, klient, klientka, klant,
kund, asiakas, potilas, hasta, müşteri, destinataire, destinatario, expéditeur, remitente,
mittente, responsable, responsabile, titular, titulaire, titolare, propietario, propriétaire,
proprietario, proprietário, auteur, autor, autore, ägare, ansvarig, eigenaar, клиент, клиентка,
клієнт, клієнтка, сотрудник, співробітник, пользователь, користувач, получатель, отправитель,
автор, исполнитель, πελάτης, ασθενής, χρήστης, 客户, 客戶, 顧客, 用户, 用戶, 员工, 員工, 作者,
负责人, 負責人, 申请人, 社員, 利用者, ユーザー, 作成者, 承認者, 고객, 사용자, 직원, 작성자, नाम,
ग्राहक, रोगी, उपयोगकर्ता, பெயர், பயனர், நோயாளி, নাম, গ্রাহক, রোগী, ব্যবহারকারী, نام, مشتری, بیمار,
کاربر, الاسم, اسم, العميل, المريض, المستخدم, الموظف, שם, לקוח, מטופל, משתמש, עובד, ชื่อ, ลูกค้า,
आवेदक, शिकायतकर्ता, कर्मचारी, छात्र, यात्री, लाभार्थी, ஊழியர், விண்ணப்பதாரர், வாடிக்கையாளர்,
আবেদনকারী, মক্কেল, কর্মচারী, যাত্রী, ผู้ป่วย, ผู้ใช้,
khách hàng, bệnh nhân, người dùng, հաճախորդ, მომხმარებელი, კლიენტი
"""
_JOINT = r"[ _\-.]?"
_IS = r"[\\\"'\]]{0,4}[ \x{a0}]{0,2}(?:=>?|[:\x{ff1a}>|]|\t)"
# How letters beyond ASCII begin, and neither typographic quotes nor arrows.
LETTERS_BEYOND = rb"[\xc3-\xe1\xe3-\xf4]"
_TAIL = re.compile(r"[ -~]+\Z")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(","))


PART = _listed(_OF_PART)
SURE = (*_listed(_OF_WHOLE), *(f"{who} name" for who in WHO), *(f"{who}'s name" for who in WHO))
LIKELY = _listed(_OF_ANYBODY)


def _pattern(key: str) -> str:
    joint = _JOINT if key.isascii() else "[ _]?"
    return re.escape(key).replace(r"\ ", joint).replace("'", "['\u2019]?")


def patterns(keys: tuple[str, ...]) -> tuple[tuple[str, str, First | None], ...]:
    """Of the keys that end in ASCII and of the others, a pattern up to the sign behind them, what
    a gate has to see of it, and what is looked for first."""
    ascii_keys = [key for key in keys if key[-1].isascii()]
    others = [key for key in keys if not key[-1].isascii()]
    tails = {tail[0].split(" ")[-1] for key in ascii_keys if (tail := _TAIL.search(key))}
    edge = r"\b" if keys is LIKELY else ""
    latin = "|".join(sorted({_pattern(key) for key in ascii_keys}))
    abroad = "|".join(sorted({_pattern(key) for key in others}))
    return (
        (
            rf"(?i){edge}(?:{latin}){_IS}",
            in_order("(?i)" + "|".join(re.escape(tail) + _IS for tail in tails)),
            None,
        ),
        (
            rf"(?i)(?:{abroad}){_IS}",
            rf"[\x{{80}}-\x{{10FFFF}}]{_IS}",
            re.compile(LETTERS_BEYOND).search,
        ),
    )
