"""The detectors reach what they must, over made cases, traps and real lines."""

from __future__ import annotations

import pytest
from accuracy import aims, report
from accuracy.cases import DETECTOR_OF, KINDS, marked
from accuracy.made import made_cases
from accuracy.ours import ours
from accuracy.real_lines import FILES, LABELS, log_folder, real_cases
from accuracy.score import Score, score
from accuracy.traps import SETS, cases_of, traps
from reticent_contract.redact.detectors import DETECTORS


@pytest.fixture(scope="module")
def made() -> Score:
    return score((*made_cases(), *traps()), ours)


@pytest.fixture(scope="module")
def real() -> Score:
    folder = log_folder()
    if folder is None:
        pytest.skip("the real logs are not here: set RETICENT_LOGS to their folder")
    return score(real_cases(folder), ours)


def test_there_are_cases_of_every_detector_and_enough_of_them():
    cases = (*made_cases(), *traps())
    assert len(cases) >= aims.CASES_MIN
    assert {span.kind for case in cases for span in case.spans} == set(KINDS)
    assert set(DETECTOR_OF.values()) == set(DETECTORS)


def test_the_cases_are_the_same_each_time_they_are_made():
    once = made_cases()
    made_cases.cache_clear()
    assert made_cases() == once


def test_what_proves_itself_is_found(made: Score):
    assert made.of_tier("A").recall >= aims.RECALL_A


def test_what_a_word_beside_it_tells_is_found(made: Score):
    assert made.of_tier("B").recall >= aims.RECALL_B


@pytest.mark.parametrize("kind", KINDS)
def test_no_detector_hides_behind_the_others(made: Score, kind: str):
    assert made.of_kind(kind, "A").recall >= aims.EACH_RECALL_A
    assert made.of_kind(kind, "B").recall >= aims.EACH_RECALL_B


def test_what_is_harmless_is_left_alone(made: Score):
    assert made.all_findings().precision >= aims.PRECISION_MADE


@pytest.mark.parametrize("name", sorted(set(SETS) - set(aims.FLOORS)))
def test_the_lines_by_which_detectors_were_mended_stay_mended(name):
    result = score(cases_of(name), ours)
    assert result.of_tier("A").recall >= aims.RECALL_A
    assert result.of_tier("B").recall >= aims.RECALL_B
    assert result.all_findings().precision >= aims.PRECISION_MADE


@pytest.mark.parametrize("name", aims.FLOORS)
def test_what_lines_held_out_showed_does_not_get_worse(name):
    result = score(cases_of(name), ours)
    of_a, of_b, precision = aims.FLOORS[name]
    assert result.of_tier("A").recall >= of_a
    assert result.of_tier("B").recall >= of_b
    assert result.all_findings().precision >= precision


def test_findings_in_real_lines_are_right(real: Score):
    assert real.all_findings().precision >= aims.PRECISION_REAL


def test_what_proves_itself_is_found_in_real_lines(real: Score):
    assert real.of_tier("A").recall >= aims.RECALL_A


def test_five_hundred_real_lines_were_read_as_many_of_each_file():
    text = LABELS.read_text("utf-8")
    assert [text.count(f'"{name}"') for name in FILES] == [125] * 4


def test_the_table_is_what_is_measured(real: Score):
    assert report.document(report.measure()) == report.TABLE.read_text("utf-8")


def test_a_value_counts_only_where_all_of_it_is_found():
    case = marked("x", "a «ipv4|10.0.0.5» b")
    assert score([case], lambda _: [(2, 9, "ipv4")]).of_kind("ipv4", "A").covered == 0
    assert score([case], lambda _: [(2, 6, "mac"), (6, 10, "ipv4")]).of_kind("ipv4", "A").named == 0
    halves = score([case], lambda _: [(2, 6, "ipv4"), (6, 10, "mac")])
    assert (halves.of_kind("ipv4", "A").covered, halves.of_kind("ipv4", "A").named) == (1, 1)


def test_a_finding_beside_every_label_is_false():
    case = marked("x", "a «ipv4|10.0.0.5» b «~user|root» c")
    result = score([case], lambda _: [(0, 1, "own"), (2, 10, "ipv4"), (13, 17, "user")])
    assert (result.all_findings().right, result.all_findings().false, result.either) == (1, 1, 1)
    assert result.precision["own"].false == 1
    assert result.precision_strict == pytest.approx(1 / 3)


def test_a_mark_of_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="not understood"):
        marked("x", "«passwort|x»")
    with pytest.raises(ValueError, match="not closed"):
        marked("x", "«ipv4|10.0.0.5")
