"""What the organisation wrote down of devices, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.http.schemas.base import shape
from reticent_server.limits import RECORD_FILE_BYTES_MAX
from reticent_server.records.service import Imported

_Text = Annotated[str, Field(max_length=1_024)]


class RecordIn(BaseModel):
    """What is left out, or empty, stays as it is."""

    model_config = shape({"email": "ada@example.com", "purchase_date": "2026-01-31"})

    user_name: _Text = ""
    full_name: _Text = ""
    company: _Text = ""
    email: _Text = ""
    phone: _Text = ""
    purchase_date: _Text = Field("", description="Year first: 2026-01-31.")


class RecordOut(BaseModel):
    model_config = shape({"changed": True})

    changed: bool = Field(description="False where the same was stored already.")


class RecordFileIn(BaseModel):
    model_config = shape(
        {"csv": "system_serial,purchase_date\nPF0EXAMPLE,2026-01-31\n", "dry_run": True}
    )

    csv: Annotated[str, Field(max_length=RECORD_FILE_BYTES_MAX)] = Field(
        description="The first line names the columns; device_id, system_serial or host_name says "
        "which device a line is about."
    )
    dry_run: bool = Field(
        False, description="Check the file's form; no device is looked for, nothing is stored."
    )


class LineProblemOut(BaseModel):
    model_config = shape({"line": 7, "problem": "matches no device by its system_serial"})

    line: int = Field(description="Counted from 1, the line with the columns' names.")
    problem: str


class LineConflictOut(BaseModel):
    model_config = shape(
        {
            "line": 9,
            "problem": "more than one device claims its system_serial",
            "device_ids": ["3f0e1f0a-2f8f-4f43-9d2a-0c7b3a1f9b10"],
        }
    )

    line: int
    problem: str
    device_ids: list[str] = Field(description="Which of them is it? Name it by its device_id.")


class ImportedOut(BaseModel):
    """With problems nothing was stored; lines in conflict alone are left out."""

    model_config = shape(
        {
            "lines": 2,
            "stored": 1,
            "unchanged": 1,
            "dry_run": False,
            "problems": [],
            "conflicts": [],
        }
    )

    lines: int
    stored: int = Field(description="Devices whose record changed; a dry run does not look.")
    unchanged: int
    dry_run: bool
    problems: list[LineProblemOut]
    conflicts: list[LineConflictOut]

    @classmethod
    def of(cls, imported: Imported, *, dry_run: bool) -> ImportedOut:
        return cls(
            lines=imported.lines,
            stored=imported.stored,
            unchanged=imported.unchanged,
            dry_run=dry_run,
            problems=[
                LineProblemOut(line=one.line, problem=one.sentence) for one in imported.problems
            ],
            conflicts=[
                LineConflictOut(
                    line=one.line,
                    problem=one.sentence,
                    device_ids=[str(device) for device in one.devices],
                )
                for one in imported.conflicts
            ],
        )
