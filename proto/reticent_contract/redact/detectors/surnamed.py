"""Names in the scripts of India and of its neighbours, by the surname, whatever the sentence is.

    a surname    अमित कुमार ने फ़ाइल अपलोड की, শ্যামল দত্ত লগ আউট করেছেন, ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ
    a word       श्री शर्मा, ग्राहक राजेश कुमार: what somebody is called by is no part of it

Enters: text. Leaves: names. Must hold: linear; no digit is looked at. None of the surnames is a
usual word of its language where a word stands before it: सरकार, प्रधान and कदम are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.runs_abroad import GATE
from reticent_contract.redact.detectors.things import is_thing

_SURNAMES = words(
    """
    शर्मा वर्मा कुमार कुमारी सिंह सिंग देवी बाई गुप्ता गुप्‍ता यादव पाटिल पाटील पटेल जोशी मिश्रा
    तिवारी पांडे पांडेय पाण्डेय पाण्डे शुक्ला अग्रवाल अगरवाल चौधरी चौहान राजपूत ठाकुर रेड्डी नायर
    अय्यर मेहता शाह खान ख़ान अहमद हुसैन बेगम खातून अंसारी कुरैशी सिद्दीकी शेख पठान दास घोष बोस
    सेनगुप्ता दासगुप्ता चटर्जी मुखर्जी मुख़र्जी बनर्जी चक्रवर्ती भट्टाचार्य सिन्हा झा कौर अरोड़ा
    अरोरा आहूजा अहलूवालिया कपूर मल्होत्रा खन्ना भाटिया सक्सेना श्रीवास्तव माथुर भटनागर त्रिपाठी
    त्रिवेदी द्विवेदी चतुर्वेदी दुबे उपाध्याय कुलकर्णी देशपांडे देशमुख शिंदे पवार जाधव गायकवाड
    गायकवाड़ कांबले भोसले राव नायडू पिल्लई मेनन सैनी गोयल मित्तल भारद्वाज भरद्वाज चोपड़ा चोपरा
    टंडन सरीन खत्री कौल जैन थापा गुरुंग गुरुङ तमांग महर्जन श्रेष्ठ श्रेष्‍ठ पौडेल अधिकारी कार्की
    बस्नेत खनाल डिसूजा फर्नांडिस सुब्रमण्यम वेंकटेशन
    ঘোষ দাস দত্ত সেন বসু বোস মুখার্জি মুখার্জী চ্যাটার্জি চ্যাটার্জী ব্যানার্জি ব্যানার্জী
    চক্রবর্তী মণ্ডল মন্ডল সাহা হোসেন হোসাইন ইসলাম রহমান আহমেদ খান বেগম খাতুন আক্তার উদ্দিন আলী
    আলি মিয়া চৌধুরী ভট্টাচার্য মজুমদার গাঙ্গুলি সিনহা তালুকদার প্রামানিক মিত্র দাশগুপ্তা
    પટેલ શાહ મહેતા જોષી જોશી દેસાઈ ત્રિવેદી પંડ્યા ભટ્ટ પરમાર સોલંકી ચૌહાણ રાઠોડ ઠક્કર શર્મા
    ચૌધરી ગઢવી ગુપ્તા જૈન કુમાર પારેખ વ્યાસ
    ਸਿੰਘ ਕੌਰ ਸ਼ਰਮਾ ਗਿੱਲ ਸਿੱਧੂ ਸੰਧੂ ਢਿੱਲੋਂ ਕੁਮਾਰ ਗਰੇਵਾਲ
    ମହାନ୍ତି ଦାସ ସାହୁ ପଣ୍ଡା ମିଶ୍ର ନାୟକ ବେହେରା ପାତ୍ର ସେଠୀ ପଟ୍ଟନାୟକ
    రెడ్డి నాయుడు రావు శర్మ కుమార్ చౌదరి యాదవ్ గౌడ్
    ಗೌಡ ರಾವ್ ಕುಮಾರ್ ಶೆಟ್ಟಿ ಪಾಟೀಲ್ ಹೆಗ್ಡೆ ಭಟ್ ರೆಡ್ಡಿ ಶರ್ಮಾ
    നായർ മേനോൻ പിള്ള കുമാർ നമ്പ്യാർ തോമസ് ജോസഫ് വർഗീസ്
    """
)
# Between both: अमित कुमार शर्मा, राम चंद्र जोशी.
_MIDDLE = words(
    """
    कुमार कुमारी चंद्र चन्द्र प्रसाद नाथ लाल राम सिंह देव मोहन किशोर शंकर कांत रानी कुमारि
    কুমার চন্দ্র নাথ কান্ত મોહન કુમાર ਕੁਮਾਰ కుమార్ ಕುಮಾರ್ കുമാർ
    """
)
# Before a surname, and no name: what somebody is, how they are addressed.
_CALLED = words(
    """
    श्री श्रीमती सुश्री श्रीमान डॉ डॉक्टर ग्राहक ग्राहका कर्मचारी रोगी मरीज मरीज़ छात्र छात्रा
    यात्री उपयोगकर्ता सदस्य आवेदक शिक्षक शिक्षिका चालक ड्राइवर प्रबंधक एजेंट यूज़र यूजर अधिकारी
    नाम पिता माता पति पत्नी
    গ্রাহক রোগী কর্মচারী ব্যবহারকারী শ্রী শ্রীমতী ডাঃ ছাত্র যাত্রী নাম
    ગ્રાહક દર્દી કર્મચારી શ્રી શ્રીમતી નામ ਗਾਹਕ ਮਰੀਜ਼ ਸ਼੍ਰੀ ਨਾਮ
    """
)
# Before what is a surname and a word as well: सोने की खान.
_SMALL = words(
    """
    की का के को ने से में पर और है हैं था थी थे व या एवं तथा यह वह इस उस एक नया नई नए सभी आज कल
    कोयला कोयले सोना सोने हीरा हीरे कि जो भी ही तो मां माँ
    এবং ও এই সেই একটি থেকে সব જે અને છે એક ਅਤੇ ਦੀ ਦਾ ਦੇ
    """
)
_INDIC = r"[\x{900}-\x{963}\x{966}-\x{d7f}\x{200c}\x{200d}]"
_SURNAME = rf" {_INDIC}+"  # which words are surnames is looked up: a pattern of all is too large
# How these scripts begin in UTF-8.
_FIRST = re.compile(rb"\xe0[\xa4-\xb5]").search
_BEFORE = re.compile(
    rf"([\u0900-\u0963\u0966-\u0d7f\u200c\u200d]{{2,}})(?: (?:{'|'.join(sorted(_MIDDLE))}))?\Z"
)
_BEFORE_BYTES = 128


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        if text[start + 1 : end].decode("utf-8", "ignore") not in _SURNAMES:
            continue
        given = _BEFORE.search(
            text[max(0, start - _BEFORE_BYTES) : start].decode("utf-8", "ignore")
        )
        if given is None or given[1] in _SMALL:
            continue
        is_other = given[1] in _CALLED or is_thing(given[1])
        name = given[0].partition(" ")[2] if is_other else given[0]
        first = start - len(name.encode()) if name else start + 1
        yield first, end, text[first:end]


SURNAMED: tuple[Finder, ...] = (
    finder_at(GATE, Pattern(_SURNAME, first=_FIRST), _find, "B", reads=(0, 0)),
)
