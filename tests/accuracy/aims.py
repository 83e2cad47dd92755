"""What the detectors must reach; the tests assert it and the table repeats it."""

from __future__ import annotations

RECALL_A = 0.99
RECALL_B = 0.95
PRECISION_REAL = 0.97
PRECISION_MADE = 0.97
EACH_RECALL_A = 0.97  # of each detector by itself, so that none hides behind the others
EACH_RECALL_B = 0.90
CASES_MIN = 5_000
# What a set showed when it was measured, or after mending by classes: no aims, floors. Tier A, tier
# B, precision. Nothing was mended by the lines of the second, the sixth and the halves held back;
# of most of these the classes were told (see first_contact.md).
FLOORS = {
    "held out a second time": (0.99, 0.99, 0.96),
    "held out a sixth time": (0.99, 0.89, 0.97),
    "held out a seventh time": (0.99, 0.96, 0.99),
    "held out an eighth time": (0.98, 0.98, 0.99),
    "held out an eighth time, held back": (0.96, 0.90, 0.97),
    "held out a ninth time": (0.99, 0.95, 0.99),
    "held out a ninth time, held back": (0.99, 0.88, 0.96),
    "held out a tenth time": (0.99, 0.98, 0.99),
    "held out a tenth time, held back": (0.99, 0.95, 0.98),
    "held out an eleventh time": (0.99, 0.99, 0.99),
    "held out an eleventh time, held back": (0.99, 0.90, 0.97),
    "held out a twelfth time": (0.99, 0.99, 0.99),
    "held out a twelfth time, held back": (0.99, 0.95, 0.97),
    "held out a thirteenth time": (0.99, 0.98, 0.98),
    "held out a thirteenth time, held back": (0.99, 0.97, 0.99),
    "held out a fourteenth time": (0.99, 0.97, 0.98),
    "held out a fourteenth time, held back": (0.97, 0.95, 0.99),
    "held out a fifteenth time": (0.98, 0.97, 0.99),
    "held out a fifteenth time, held back": (0.99, 0.95, 0.98),
    "held out a sixteenth time": (0.99, 0.99, 0.99),
    "held out a sixteenth time, held back": (0.99, 0.96, 0.98),
    "held out a seventeenth time": (0.99, 0.99, 0.98),
    "held out an eighteenth time": (0.99, 0.99, 0.98),
    "held out an eighteenth time, held back": (0.99, 0.96, 0.96),
    "formats of programs, held back": (0.99, 0.96, 0.95),
}
