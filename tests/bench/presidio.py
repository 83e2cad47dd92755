"""Presidio as the bench measures it: all its pattern recognisers, and no language model.

Must hold: nothing is fetched. The list of public suffixes is the one its package carries; the
spaCy pipeline is a blank one, whose lemmas are the words themselves, so that Presidio's context
words still count.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from importlib import metadata

import spacy
import tldextract
from accuracy.cases import Case, Span
from accuracy.made import made_cases
from accuracy.ours import ours
from accuracy.score import Found, Score, score
from accuracy.traps import traps
from presidio_analyzer import (
    AnalyzerEngine,
    LocalRecognizer,
    PatternRecognizer,
    RecognizerRegistry,
    predefined_recognizers,
)
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc

# The entities that both know, by our name for the kind.
KIND_OF = {
    "EMAIL_ADDRESS": "email",
    "IP_ADDRESS": "ipv4",
    "MAC_ADDRESS": "mac",
    "UUID": "uuid",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "ssn",
    "IN_AADHAAR": "aadhaar",
    "IN_PAN": "pan",
    "IN_GSTIN": "gstin",
    "IN_VOTER": "epic",
    "IN_PASSPORT": "passport",
    "IN_VEHICLE_REGISTRATION": "vehicle",
}
_SAME = {"ipv6": "ipv4"}  # one entity there, two detectors here
# Not pattern recognisers, but no language model either.
_BY_RULES = ("PhoneRecognizer", "ZaMobileNumberRecognizer", "ZaTelephoneNumberRecognizer")


@Language.component("words_as_lemmas")
def _words_as_lemmas(doc: Doc) -> Doc:
    for token in doc:
        token.lemma_ = token.lower_
    return doc


class _NoModel(SpacyNlpEngine):
    def load(self) -> None:
        pipeline = spacy.blank("en")
        pipeline.add_pipe("words_as_lemmas")
        self.nlp = {"en": pipeline}


def version() -> str:
    return metadata.version("presidio-analyzer")


def _recognisers() -> list[LocalRecognizer]:
    made = []
    for name in sorted(dir(predefined_recognizers)):
        kind = getattr(predefined_recognizers, name)
        by_rules = inspect.isclass(kind) and (
            issubclass(kind, PatternRecognizer) or name in _BY_RULES
        )
        if by_rules and (recogniser := kind()).supported_language == "en":
            made.append(recogniser)
    return made


class Presidio:
    """`everything`: all recognisers; else those for the entities that both know."""

    def __init__(self, *, everything: bool) -> None:
        tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        chosen = [
            each
            for each in _recognisers()
            if everything or KIND_OF.keys() & set(each.supported_entities)
        ]
        self.recognisers = len(chosen)
        engine = _NoModel()
        engine.load()
        registry = RecognizerRegistry(recognizers=chosen, supported_languages=["en"])
        self._engine = AnalyzerEngine(
            registry=registry, nlp_engine=engine, supported_languages=["en"]
        )

    def analyze(self, text: str) -> list[tuple[int, int, str]]:
        found = self._engine.analyze(text=text, language="en")
        return [(each.start, each.end, KIND_OF.get(each.entity_type, "")) for each in found]


def accuracy(
    presidio: Presidio, *, every: int
) -> tuple[dict[str, list[float]], dict[str, list[float]], int]:
    """Recall and precision of both, by kind, over each `every`th case of the labelled set.

    Only the labels of kinds that both know are asked for; findings in the others are left out on
    both sides.
    """
    cases = [_common(case) for case in (*made_cases(), *traps())[::every]]
    kinds = set(KIND_OF.values())

    def of_ours(case: Case) -> Found:
        found = ours(case)
        return [(s, e, _SAME.get(d, d)) for s, e, d in found if _SAME.get(d, d) in kinds]

    def of_theirs(case: Case) -> Found:
        return [each for each in presidio.analyze(case.text) if each[2]]

    return _by_kind(score(cases, of_ours)), _by_kind(score(cases, of_theirs)), len(cases)


def _common(case: Case) -> Case:
    kinds = set(KIND_OF.values())
    spans = tuple(_renamed(span) for span in case.spans)
    return replace(
        case,
        spans=tuple(span for span in spans if span.kind in kinds),
        either=(*case.either, *(span for span in spans if span.kind not in kinds)),
    )


def _renamed(span: Span) -> Span:
    return replace(span, names=tuple(_SAME.get(name, name) for name in span.names))


def _by_kind(result: Score) -> dict[str, list[float]]:
    rows = {}
    for kind in set(KIND_OF.values()):
        both = [result.of_kind(kind, tier) for tier in "AB"]
        labelled = sum(each.labelled for each in both)
        covered = sum(each.covered for each in both)
        rows[kind] = [covered / labelled if labelled else 1.0, result.precision[kind].precision]
    return rows
