"""Names of two words that no user of a computer has: firms, places, rooms, methods, releases.

    a firm, a good    Morgan Stanley, Mercedes Benz, Dolby Atmos
    a place, a feast  Costa Rica, Uttar Pradesh, Gandhi Jayanti
    a room, a font    Marie Curie, Franklin Gothic
    a method          Newton Raphson, Diffie Hellman, Monte Carlo
    a release         Noble Numbat; a tale's: Robin Hood

Enters: text. Leaves: whether a name that was found is one of them. Must hold: where a third word of
a name is beside it (`Anna Morgan Stanley`), it is somebody's.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.model import words

_NAMES = """
    ben jerry|trader joe|tony awards|dolly parton|jim beam|jack daniels|johnnie walker|
    milan malpensa|milan linate|maria theresia|morgan stanley|goldman sachs|ernst young|
    mercedes benz|bosch siemens|aston martin|rolls royce|harley davidson|louis vuitton|
    hewlett packard|larsen toubro|johnson controls|johnson johnson|hugo boss|giorgio armani|
    dolby atmos|dolby vision|dolby digital|dun bradstreet|marks spencer|booz allen|rohde schwarz|
    lehman brothers|warner bros|walt disney|alfa romeo|bang olufsen|harman kardon|western digital|
    siemens healthineers|dunder mifflin|monte carlo|robin hood|newton raphson|diffie hellman|
    gram schmidt|cooley tukey|levenberg marquardt|runge kutta|gauss seidel|gauss jordan|
    savitzky golay|kolmogorov smirnov|shapiro wilk|mann whitney|kruskal wallis|rabin karp|
    boyer moore|knuth morris|floyd warshall|bellman ford|ford fulkerson|reed solomon|
    hodrick prescott|black scholes|miller rabin|nelder mead|galois counter|merkle damgard|
    needham schroeder|lamport clock|murphy law|lorem ipsum|hello kitty|santa claus|mickey mouse|
    donald duck|harry potter|sherlock holmes|florence nightingale|noble numbat|jammy jellyfish|
    focal fossa|oracular oriole|plucky puffin|mantic minotaur|lunar lobster|kinetic kudu|
    bionic beaver|xenial xerus|trusty tahr|resolute raccoon|questing quokka|costa rica|
    sierra leone|sierra nevada|rio grande|buenos aires|monte rosa|las vegas|los angeles|
    puerto rico|el salvador|sri lanka|kuala lumpur|tel aviv|abu dhabi|kota kinabalu|novo mesto|
    novi sad|stara zagora|cluj napoca|baden baden|raksha bandhan|bhai dooj|makar sankranti|
    karva chauth|eid mubarak|diwali dhamaka|vande bharat|jan dhan|lord krishna|lord shiva|
    lord ganesha|lord vishnu|lord rama|goddess durga|goddess lakshmi|jai hind|gandhi jayanti|
    nanak jayanti|ambedkar jayanti|hanuman jayanti|buddha purnima|aam aadmi|bharatiya janata|
    digi yatra|april house|marie curie|claude shannon|ada lovelace|alan turing|grace hopper|
    albert einstein|isaac newton|franklin gothic|times roman|roman candle|hong kong|addis ababa|
    kota bharu|nuwara eliya|porto alegre|blue dart|india post|royal mail|deutsche post|
    ecom express|air india|tata motors|tata steel|tata power|tata consultancy|tata sky|
    tech mahindra|kotak mahindra|mahindra finance|maruti suzuki|hero motocorp|ashok leyland|
    royal enfield|asian paints|reliance jio|vodafone idea|bharti airtel|bajaj allianz|
    bajaj finserv|bajaj finance|bajaj auto|star health|max life|max bupa|aditya birla|
    muthoot finance|shriram finance|standard chartered|julius baer|credit suisse|wells fargo|
    charles schwab|jp morgan|merrill lynch|edward jones|ritz carlton|taj mahal|burj khalifa|
    charles babbage|tim hortons|wendy s|ralph lauren|calvin klein|tommy hilfiger|jimmy choo|
    yves rocher|estee lauder|max mara|marc jacobs|paul smith|ben sherman|fred perry|jack wolfskin|
    carl zeiss|leica camera|otto bock|allen solly|van heusen|louis philippe|peter england|
    price waterhouse|waterhouse coopers|baker tilly|grant thornton|colgate palmolive|
    procter gamble|max healthcare|trend micro|micro apex|kendriya vidyalaya|akshaya tritiya|
    indira gandhi|rajiv gandhi|mahatma gandhi|jawaharlal nehru|sardar patel|subhash chandra|
    chhatrapati shivaji|guru nanak|lal bahadur|cubbon park|guru purnima|hyde park|ernst klett|
    axel springer|bertelsmann stiftung|peek cloppenburg|hindustan unilever|hindustan petroleum|
    hindustan aeronautics|hindustan times|hindustan zinc|hindustan copper|hindustan motors|
    hindustan lever|bharat petroleum|bharat electronics|bharat forge|bharat biotech
"""
# What they make is called so behind it: Honda Activa, Tata Nexon. People have some of them as a
# surname, which stands behind a given name.
MAKERS = words(
    """
    honda hyundai kia maruti suzuki toyota renault nissan skoda volkswagen mercedes bmw audi volvo
    jeep ford bajaj hero yamaha enfield mahindra tata infosys wipro amul dabur patanjali titan
    tanishq maggi britannia haldiram lakme godrej havells crompton asus acer lenovo xiaomi redmi
    realme oppo vivo samsung motorola nokia peugeot citroen fiat seat opel dacia tesla mazda subaru
    kawasaki ducati piaggio vespa siemens bosch miele nestle ferrero haribo lindt
    """
)
RENOWNED = frozenset(name.strip().encode() for name in _NAMES.split("|"))
# What is called like somebody, and beside which of its kind, that nobody is called like.
_KINDS = (
    (frozenset(b"alexa siri cortana bixby".split()), frozenset(b"siri cortana bixby".split())),
    (
        frozenset(b"ada julia ruby pascal perl crystal jasmine elm".split()),
        frozenset(
            b"perl python haskell fortran cobol kotlin scala erlang php matlab javascript "
            b"typescript "
            b"java lua golang clojure rust".split()
        ),
    ),
)
_WORDS = re.compile(rb"[a-z]+")
_AROUND_BYTES = 40
_WORD_BEHIND = re.compile(rb"(?: & | and |[ \-])([A-Z][a-z]+)(?![\w\-])")
_WORD_BEFORE = re.compile(rb"(?<![\w\-])([A-Z][a-z]+)(?: & | and |[ \-])\Z")
_BEFORE_BYTES = 24


def is_renowned(text: bytes, start: int, end: int) -> bool:
    """Whether the name at `text[start:end]`, of one word or of two, is one of two such words."""
    name = text[start:end].lower().replace(b"-", b" ")
    if _is_of_kind(text, start, end, name):
        return True
    if b" " in name:
        return name in RENOWNED
    behind = _WORD_BEHIND.match(text, end)
    if behind is not None and name + b" " + behind[1].lower() in RENOWNED:
        return True
    before = _WORD_BEFORE.search(text, max(0, start - _BEFORE_BYTES), start)
    return before is not None and before[1].lower() + b" " + name in RENOWNED


def _is_of_kind(text: bytes, start: int, end: int, name: bytes) -> bool:
    """`Julia, Ruby, Perl`: in a list of goods that are called like people."""
    words = frozenset(_WORDS.findall(name))
    for kind, proofs in _KINDS:
        if words <= kind:
            around = text[max(0, start - _AROUND_BYTES) : end + _AROUND_BYTES].lower()
            return not proofs.isdisjoint(_WORDS.findall(around))
    return False
