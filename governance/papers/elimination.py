"""The elimination slip for the archives (Code du patrimoine, art. R. 212-14): what retention will erase in a period.

Nothing eliminates it but the nightly erasure; the slip is for the visa that comes before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from accounts.models import Institution
from governance import retention
from governance.erasure import holds
from governance.models import What
from governance.papers import settings_told as told
from governance.papers.paper import Paper
from meetings import ceilings
from meetings.models import Recording, Track
from transcripts.exports.outline import Heading, Paragraph, Table

NAMES = {
    What.SOUND: "Enregistrements sonores et visuels de réunions",
    What.TRANSCRIPT: "Transcriptions de réunions",
    What.ALL: "Comptes rendus de réunions, et ce qui reste de l’enregistrement",
}


@dataclass(slots=True)
class Batch:
    recordings: set[UUID] = field(default_factory=set)
    held: int = 0
    first: date | None = None
    last: date | None = None
    size_bytes: int = 0

    def add(self, recording: Recording) -> None:
        day = timezone.localtime(recording.started_at).date()
        self.recordings.add(recording.pk)
        self.held += holds.is_held(recording)
        self.first = min(self.first or day, day)
        self.last = max(self.last or day, day)


def elimination(institution: Institution, since: date, until: date) -> Paper:
    batches = _batches(institution, since, until)
    rules = ceilings.rules_of_institution(institution)
    ground = {What.SOUND: rules.audio_retention_days, What.TRANSCRIPT: rules.transcript_retention_days}
    rows = tuple(
        (
            NAMES[what],
            f"{batch.first:%d/%m/%Y} – {batch.last:%d/%m/%Y}",
            _volume(batch),
            f"Durée de conservation échue ({ground.get(what, rules.minutes_retention_days)} jours au plus)",
            f"{batch.held} sous gel, non éliminés" if batch.held else "",
        )
        for what, batch in batches.items()
        if batch.recordings
    )
    nothing = (Paragraph("Aucune élimination n’est à prévoir sur cette période."),)
    head = ("Description", "Dates extrêmes", "Volume", "Motif", "Observations")
    visas = (
        "Visa du responsable du service producteur",
        "Visa du délégué à la protection des données",
        "Visa du service public d’archives",
    )
    blocks = (
        Paragraph(
            f"Éliminations prévues du {since:%d/%m/%Y} au {until:%d/%m/%Y}. Documents numériques natifs "
            "; élimination par effacement des objets, de toutes leurs versions et des lignes, avec "
            "preuve."
        ),
        Table(
            "Service producteur",
            ("Service", "SIRET", "Délégué à la protection des données"),
            ((str(institution), institution.siret, told.officers(institution)),),
        ),
        *((Table("Documents à éliminer", head, rows),) if rows else nothing),
        Paragraph(
            "Tri : les comptes rendus approuvés à conserver à titre historique doivent être versés aux "
            "archives avant la date d’élimination ; à défaut, un gel d’effacement les retient."
        ),
        Heading(1, "Visas"),
        Table("Visas", visas, (("Date :\nNom :\nSignature :",) * 3,)),
    )
    return Paper("bordereau-elimination", "Bordereau d’élimination", institution, timezone.localtime(), blocks)


def _batches(institution: Institution, since: date, until: date) -> dict[What, Batch]:
    batches: dict[What, Batch] = defaultdict(Batch)
    for recording, what, day in retention.due(institution, until):
        if day >= since:
            batches[what].add(recording)
    for what, batch in batches.items():
        if what != What.TRANSCRIPT:
            stored = Track.objects.filter(recording__in=batch.recordings, erased_at=None)
            batch.size_bytes = stored.aggregate(total=Sum("size_bytes"))["total"] or 0
    return {what: batches[what] for what in NAMES if what in batches}


def _volume(batch: Batch) -> str:
    count = len(batch.recordings)
    said = f"{count} réunion" if count == 1 else f"{count} réunions"
    return f"{said}, {batch.size_bytes / 1_000_000:.1f} Mo".replace(".", ",") if batch.size_bytes else said
