"""Names in sentences of Chinese, Japanese, Korean, Hindi and Tamil, where nothing parts the words.

    a noun       患者黄秀英已入院, ユーザー 加藤 治 がログイン, 환자 김상철 입원
    who speaks   株式会社サンプルの石川です, 저는 김철수입니다, 我叫王小明
    an honorific 李秀梅先生您好, 長谷川 桃子さんが参加, 박예진님이 로그인했습니다

Enters: text. Leaves: names. Must hold: linear; no digit is looked at. A Chinese and a Korean name
begins with a surname, a Japanese one has a blank in it; what is said of people begins behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from reticent_contract.redact.detectors.grouped import Grouped
from reticent_contract.redact.detectors.model import Finder, Found, finder_at, words
from reticent_contract.redact.detectors.somebody import Told, is_somebody
from reticent_contract.redact.detectors.things import is_thing
from reticent_contract.redact.detectors.unspaced import is_chinese, is_korean

_HAN = r"[\x{3005}\x{3400}-\x{9fff}]"
_HAN_OR_KANA = r"[\x{3005}\x{3041}-\x{30ff}\x{3400}-\x{9fff}]"
_HANGUL = r"[\x{ac00}-\x{d7a3}]"
_DEVANAGARI = r"[\x{900}-\x{963}\x{966}-\x{97f}\x{200d}]+"
_TAMIL = r"[\x{b80}-\x{bff}]+"
_BLANK = r"[ \x{3000}]"
_PARTED = rf"{_HAN}{{1,4}}{_BLANK}{_HAN_OR_KANA}{{1,3}}"
_CHINESE_NOUN = (
    r"(?:用户|用戶|客户|客戶|患者|员工|員工|病人|会员|會員|乘客|旅客|学生|學生|顾客|顧客|老师|医生|护士|申请人|投保人|"
    rf"使用者|联系人|聯絡人)[ :\x{{ff1a}}]?({_HAN}{{2,5}})"
)
_CHINESE_POLITE = rf"({_HAN}{{2,8}})(?:先生|女士|小姐|同志|老师|老師)"
_JAPANESE = (
    rf"(?:ユーザー?|患者|社員|会員|お客様|利用者|担当者?|生徒|学生|顧客|従業員|申請者|作成者|承認者){_BLANK}?"
    rf"({_PARTED})(?:{_BLANK}|が|は|を|に|の|様|さん|氏|から|へ|と|、|。|$)|"
    rf"({_PARTED})(?:さん|様|氏|殿)"
)
_KOREAN = (
    rf"(?:사용자|환자|고객|직원|회원|학생|승객|담당자|작성자|신청자)[ :]?({_HANGUL}{{2,6}})|"
    rf"(?:^|[^\x{{ac00}}-\x{{d7a3}}])({_HANGUL}{{2,4}})(?:님|씨)"
    r"(?:이|가|은|는|을|를|의|께|에게|[^\x{ac00}-\x{d7a3}]|$)"
)
_HINDI = (
    r"(?:उपयोगकर्ता|ग्राहक|रोगी|मरीज़?|कर्मचारी|छात्रा?|यात्री|सदस्य|आवेदक|शिक्षक|चालक|ड्राइवर|प्रबंधक|"
    r"एजेंट|यूज़र|यूजर|श्री|श्रीमती|सुश्री) "
    rf"({_DEVANAGARI} {_DEVANAGARI}(?: {_DEVANAGARI})?) (?:ने|को|का|की|के|द्वारा)(?: |$)"
)
_TAMIL_NOUN = (
    rf"(?:பயனர்|வாடிக்கையாளர்|நோயாளி|ஊழியர்|(?m:^)) ?({_TAMIL}(?: {_TAMIL})?) (?:உள்நுழைந்தார்|"
    r"வெளியேறினார்|சேர்ந்தார்|அனுப்பினார்|அனுமதிக்கப்பட்டார்|அழைத்தார்|கேட்டார்|பதிவேற்றினார்|"
    r"நீக்கினார்|உருவாக்கினார்|புதுப்பித்தார்|விண்ணப்பித்தார்|செலுத்தினார்)"
)
# Who says who they are, of a firm or by themselves: 株式会社サンプルの石川です.
_JAPANESE_SPEAKER = (
    r"(?:会社|[社部課係店室院所]|大学|銀行|担当)[^\s\x{3001}\x{3002}]{0,16}の"
    rf"({_HAN}{{1,4}}(?:{_BLANK}{_HAN_OR_KANA}{{1,3}})?)(?:です|と申します|でございます)|"
    rf"(?:^|の|は|、|。|{_BLANK})({_HAN}{{1,4}}(?:{_BLANK}{_HAN_OR_KANA}{{1,3}})?)と申します"
)
_JAPANESE_POLITE = (
    rf"(?:^|[\s\x{{3001}}\x{{3002}}「のはと])({_HAN}{{2,3}})(?:さん|"
    rf"様(?:[\s\x{{3001}}\x{{3002}}からへのがはをに]|$))"
)
_CHINESE_DEAR = rf"尊敬的({_HAN})(?:先生|女士|小姐)"
_KOREAN_SPEAKER = (
    rf"(?:저는 |제 이름은 |[팀부과실사의] ?)({_HANGUL}{{3,4}})(?:입니다|이라고 합니다|라고 합니다)"
)
_CHINESE_SPEAKER = (
    rf"我(?:是|叫|的名字是|"
    rf"的名字叫)(?:{_HAN}{{1,12}}的)?({_HAN}{{2,4}})(?:[\x{{3001}}\x{{3002}}\x{{ff0c}},.!\s]|$)"
)
# How those letters begin in UTF-8: quotes and arrows begin otherwise.
_LETTERS_FIRST = re.compile(rb"[\xe0\xe1\xe3-\xed]").search
GATE = r"[\x{80}-\x{10FFFF}][ :\x{3000}]?[\x{80}-\x{10FFFF}]"
# What a Chinese clause goes on with behind a name.
_GOES_ON = frozenset(
    "已于在登入出注提收发發的将將被成完来來去办辦请請和与與给給向是不未正上下从從到您你"
)
# 担当者です, 部長です: what somebody is.
_OF_SELVES = tuple("者長員係人社店部課件通様品名用先日時皆客母父姉兄婆爺孫嫁奥屋官娘仕同多各")
_USUAL_CHARS = 3  # 姚利已 is 姚利, already
_LEADS = frozenset("给給向和与與找请請由为為对對致是的")
_KOREAN_ENDS = ("님", "씨", "이", "가", "은", "는", "을", "를", "의", "에게", "께서", "께")
# Who is spoken of by what they are.
_ROLES = words(
    """
    고객 선생 사장 회장 부장 팀장 원장 교수 기사 어머 이모 고모 강사 조교 신부 기자 차장
    과장 대표 이사 전무 상무 변호사 간호사 의사 선배 형수 도련 공주 임금 장모 장인 조카 여러분
    신랑 반장 소장 실장 국장 장관 주임
    """
)


def _characters(start: int, value: str, first: int, count: int, text: bytes) -> Found:
    begin = start + len(value[:first].encode())
    end = begin + len(value[first : first + count].encode())
    return begin, end, text[begin:end]


def _chinese(text: bytes, start: int, end: int) -> Found | None:
    """The surname and what stands before the clause goes on."""
    value = text[start:end].decode("utf-8", "ignore")
    for count in (4, 3, 2):
        name, behind = value[:count], value[count : count + 1]
        if len(name) < count or not is_chinese(name) or is_thing(name):
            continue
        is_longer = count == _USUAL_CHARS and name[-1] in _GOES_ON and bool(behind)
        if (not behind or behind in _GOES_ON) and not is_longer:
            return _characters(start, value, 0, count, text)
    return None


def _chinese_polite(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end].decode("utf-8", "ignore")
    for count in (3, 2, 4):
        first = len(value) - count
        name = value[first:] if first >= 0 else ""
        if name and is_chinese(name) and (not first or value[first - 1] in _LEADS):
            return _characters(start, value, first, count, text)
    return None


def _korean(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end].decode("utf-8", "ignore")
    for ending in ("", *_KOREAN_ENDS):
        name = value.removesuffix(ending) if ending else value
        if (ending and name == value) or not is_korean(name) or is_thing(name):
            continue
        if name not in _ROLES:
            return _characters(start, value, 0, len(name), text)
    return None


def _speaker(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end].decode("utf-8", "ignore")
    is_any = is_thing(value) or value.endswith(_OF_SELVES)
    return None if is_any else (start, end, text[start:end])


def _parted(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end].decode("utf-8", "ignore")
    is_name = is_somebody(value, Told.LIKELY)
    return (start, end, text[start:end]) if is_name else None


def _all(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end].decode("utf-8", "ignore")
    is_name = not any(map(is_thing, value.split())) and is_somebody(value, Told.NOUN)
    return (start, end, text[start:end]) if is_name else None


_Take = Callable[[bytes, int, int], Found | None]


def _of(pattern: str, *takes: _Take) -> Finder:
    """One of them for each group."""

    def find(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
        each = (takes[group](text, start, end) for start, end, group in spans)
        return [found for found in each if found is not None]

    needs = Grouped(f"(?m){pattern}", first=_LETTERS_FIRST)
    return finder_at(GATE, needs, find, "B", reads=(0, 0))


RUNS_ABROAD: tuple[Finder, ...] = (
    _of(
        f"{_CHINESE_NOUN}|{_KOREAN}|{_HINDI}|{_TAMIL_NOUN}",
        *(_chinese, _korean, _korean, _all, _all),
    ),
    # Behind a noun of both languages a name of either is asked for.
    _of(f"{_JAPANESE}|{_CHINESE_POLITE}", _parted, _parted, _chinese_polite),
    _of(
        f"{_JAPANESE_SPEAKER}|{_KOREAN_SPEAKER}|{_CHINESE_SPEAKER}|"
        f"{_JAPANESE_POLITE}|{_CHINESE_DEAR}",
        *(_speaker, _speaker, _korean, _chinese, _speaker, _speaker),
    ),
)
