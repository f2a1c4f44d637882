"""What the extractors of one letter look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imr_extract.clinical.treatments.annotation import AnnotatedSentence, annotate
from imr_extract.extract import case, case_prose, enrollee
from imr_extract.layouts.spec import Layout
from imr_extract.record.model import Note
from imr_extract.text.document import Found, NormalizedText, Section, Sections
from imr_extract.text.sentences import Sentence, sentences


@dataclass(frozen=True, eq=False)
class LetterContext:
    """A letter in sections, and what several extractors share, made when it is first asked for."""

    normalized: NormalizedText
    layout: Layout
    sections: Sections

    @cached_property
    def header(self) -> tuple[Found | Note, ...]:
        """The values of the header, and from sentences those that it does not have."""
        if "case" not in self.layout.extractors:
            return ()
        table = list(case.extract(self.normalized, self.sections.get("header"), self.layout))
        in_table = {value.field for value in table if isinstance(value, Found)}
        prose = list(case_prose.extract(self.normalized, self.layout, in_table))
        in_prose = {value.field for value in prose if isinstance(value, Found)}
        named_by_table = {value.field for value in table}
        return (
            *(value for value in table if value.field not in in_prose),
            *(
                value
                for value in prose
                if isinstance(value, Found) or value.field not in named_by_table
            ),
        )

    @cached_property
    def header_values(self) -> Mapping[str, Found]:
        """The values of the header by their field."""
        return {value.field: value for value in self.header if isinstance(value, Found)}

    @cached_property
    def decision_year(self) -> int | None:
        """The year of the decision, else that of the assignment; no date of the letter is later."""
        values = self.header_values
        decided = values.get("case.decision_date") or values.get("case.date_assigned")
        return int(str(decided.value)[:4]) if decided else None

    @cached_property
    def narrative(self) -> Section | None:
        """The sections about the patient as one section; they follow one another."""
        named = self.layout.narrative
        found = [section for name in named if (section := self.sections.get(name))]
        return found[0]._replace(end=found[-1].end) if found else None

    @cached_property
    def narrative_sentences(self) -> list[Sentence]:
        """The sentences of the narrative."""
        section = self.narrative
        return sentences(self.normalized.text, section.body, section.end) if section else []

    @cached_property
    def patient_sentences(self) -> list[Sentence]:
        """Those of them that are about the patient."""
        if not self.layout.mixed_narrative:
            return self.narrative_sentences
        return enrollee.about(self.normalized.text, self.narrative_sentences)

    @cached_property
    def annotated(self) -> list[AnnotatedSentence] | None:
        """Those that name treatments or studies; None without a narrative."""
        if self.narrative is None:
            return None
        return annotate(self.normalized.text, self.patient_sentences)
