"""Names in Chinese, Japanese and Korean, which are written without blanks.

Enters: words. Leaves: whether they are a name. Must hold: where nothing but `name` stands before,
a name begins with a surname; the surnames are the usual ones of each country.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.model import words

_CHINESE = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭萧田董袁潘于余"
    "蒋蔣蔡杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱丘江尹薛闫閻段雷侯龙龍"
    "史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴戴莫孔向汤湯常温康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧"
    "歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍鮑华華"
    "喻祁蒲房滕屈饶饒解牟艾尤阳陽时穆农司卓古吉缪简車车项連连芦麦褚娄娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应應臧闵"
    "賴赖苟邬边邊卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_COMPOUND = tuple(
    words(
        """
    欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 慕容 令狐 皇甫 尉迟 公孙 夏侯 张简 張簡
    """
    )
)
_KOREAN = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연"
    "위표명기반왕금옥육인맹제모탁국어은편용"
)
_KOREAN_COMPOUND = ("남궁", "황보", "제갈", "선우", "독고", "사공")
# Of Chinese and Japanese, with the mark that repeats one; the signs of syllables; of Korean.
_HAN = ((0x3400, 0xA000), (0x3005, 0x3008), (0xF900, 0xFB00), (0x20000, 0x32000))
_KANA = ((0x3041, 0x3100), (0xFF66, 0xFFA0))
_HANGUL = ((0xAC00, 0xD7A4), (0x1100, 0x1200), (0x3130, 0x3190))
_CHARS_SURE = range(1, 13)
_PARTED = range(2, 7)
_CHARS_PART = 4
_HAN_CHARS_MAX = 5  # abroad Han is not what longer names are spelt with


def _is_all(word: str, *scripts: tuple[tuple[int, int], ...]) -> bool:
    return all(
        any(first <= ord(c) < behind for script in scripts for first, behind in script)
        for c in word
    )


def is_unspaced(word: str) -> bool:
    """Whether it is in one of these scripts."""
    return _is_all(word[:1], _HAN, _KANA, _HANGUL)


def is_unspaced_name(words: list[str], *, is_sure: bool) -> bool:
    """`is_sure`: a key or a noun says that it is somebody's."""
    joined = "".join(words).replace("\u30fb", "").replace("\u00b7", "")
    if not _is_all(joined, _HAN, _KANA, _HANGUL):
        return False
    if any(len(word) > _HAN_CHARS_MAX and _is_all(word, _HAN) for word in words):
        return False  # a clause
    if is_sure:
        return len(joined) in _CHARS_SURE and len(words) < 5
    if len(words) > 2 or any(len(word) > _CHARS_PART for word in words):
        return False
    if _is_all(joined, _HANGUL):
        return is_korean(joined)
    if len(words) == 2 and _is_all(joined, _HAN, _KANA):
        return len(joined) in _PARTED
    return _is_all(joined, _HAN) and is_chinese(joined)


def is_korean(name: str) -> bool:
    """Whether it begins with a surname and is as long as names are."""
    if name.startswith(_KOREAN_COMPOUND):
        return len(name) in (3, 4)
    return len(name) in (2, 3) and name[0] in _KOREAN


def is_chinese(name: str) -> bool:
    """The same of Chinese."""
    if name.startswith(_COMPOUND):
        return len(name) in (3, 4)
    return len(name) in (2, 3) and name[0] in _CHINESE
