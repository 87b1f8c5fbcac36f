"""What is set now, in French words: the one source of the register sheet and of the annex to the impact assessment."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import override

from accounts.models import Institution
from governance.requests.actions import officers_of
from governance.requests.export.jobs import KEPT
from governance.requests.letters import LINK_LIVES
from governance.requests.person_views import LINK_S
from meetings import ceilings, storage
from meetings.keeps import duration
from meetings.models import Application, Policy
from meetings.models.policies import ACCESSES, ASSURANCES, LOBBIES, READERS, SHARINGS
from meetings.policy import Rules
from meetings.purposes import offered_in, retention_days
from transcripts.exports.outline import Table
from transcripts.sharing.actions import LONGEST

Row = tuple[str, str]
TO_SAY = "[à compléter par le responsable du traitement]"


def french(institution: Institution) -> Rules:
    return ceilings.rules_of_institution(institution)


def officers(institution: Institution) -> str:
    return ", ".join(f"{one.get_full_name()} ({one.email})" for one in officers_of(institution)) or TO_SAY


def consulted_on(institution: Institution) -> str:
    policy = Policy.objects.filter(institution=institution).first()
    day = policy.staff_consulted_on if policy else None
    if day:
        return f"consultées le {day:%d/%m/%Y}"
    if settings.STAFF_CONSULTATION_REQUIRED:
        return "pas encore consultées : aucun compte rendu n’est établi tant qu’elles ne l’ont pas été"
    return f"date non renseignée {TO_SAY}"


def purposes(institution: Institution, rules: Rules) -> Table:
    with override("fr"):
        rows = tuple(
            (
                f"{purpose.label_fr} ({purpose.code}, version {purpose.version})",
                str(purpose.get_legal_basis_display()),
                _kept_by(purpose.transcript, purpose.picture),
                duration(retention_days(purpose, rules)),
                purpose.text_fr,
            )
            for purpose in offered_in(institution)
        )
    head = ("Finalité", "Base légale", "Ce qui est conservé", "Durée du son", "Texte présenté aux personnes")
    return Table("Finalités des enregistrements", head, rows)


def _kept_by(words: bool, picture: bool) -> str:
    return ", ".join(["son", *(["propos écrits"] if words else []), *(["image"] if picture else [])])


def retention(rules: Rules) -> list[Row]:
    with override("fr"):
        return [
            (
                "Son et images",
                f"{duration(rules.audio_retention_days)} au plus, ou la durée de la finalité si elle est plus courte",
            ),
            ("Transcription", duration(rules.transcript_retention_days)),
            ("Compte rendu approuvé", duration(rules.minutes_retention_days)),
            ("Conversation écrite, sous-titres", "effacés à la fin de la réunion"),
            ("Exports remis aux personnes", f"{KEPT.days} jours"),
            ("Journal d’audit", "conservé ; il ne contient ni nom ni propos"),
        ]


def readers(rules: Rules) -> list[Row]:
    links = "autorisés" if rules.reading_links else "interdits"
    with override("fr"):
        return [
            ("Lecture des comptes rendus", str(READERS[rules.readers])),
            ("Partage par les organisateurs", str(SHARINGS[rules.sharing])),
            (
                "Liens de lecture sans compte",
                f"{links}, {max(LONGEST.values())} jours au plus" if rules.reading_links else links,
            ),
            ("Administrateurs", "aucun accès au contenu"),
            (
                "Délégué à la protection des données",
                "dates et lieux ; au contenu, un accès motivé d’une demi-heure, journalisé et montré aux personnes",
            ),
        ]


def access(rules: Rules) -> list[Row]:
    with override("fr"):
        return [
            ("Connexion des agents", f"ProConnect ; niveau exigé : {ASSURANCES[rules.assurance]}"),
            ("Administration et atelier de la protection des données", "second facteur obligatoire"),
            ("Niveaux ProConnect demandés", ", ".join(settings.OIDC_ACR_VALUES)),
            (
                "Comptes locaux",
                "mot de passe d’au moins 12 caractères, haché par Argon2 ; secrets des seconds facteurs chiffrés",
            ),
            ("Durée d’une session", f"{settings.SESSION_COOKIE_AGE // 3600} heures au plus"),
            ("Invités sans compte", "admis" if rules.guests else "non admis"),
            ("Salle d’attente", str(LOBBIES[rules.lobby])),
            ("Enregistrement", str(ACCESSES[rules.recording])),
            ("Comptes rendus", str(ACCESSES[rules.transcription])),
        ]


def encryption() -> list[Row]:
    https = settings.PUBLIC_URL.startswith("https://")
    hsts = f", HSTS {settings.SECURE_HSTS_SECONDS // 86400} jours" if settings.SECURE_HSTS_SECONDS else ""
    return [
        (
            "Pages et signalisation",
            f"HTTPS{hsts}" if https else "HTTP : installation de développement, à ne pas ouvrir",
        ),
        (
            "Son et image en direct",
            "DTLS-SRTP entre le navigateur et la passerelle ; pas de chiffrement de bout en bout",
        ),
        ("Stockage d’objets", _store()),
        ("Adresses des fichiers", f"signées, valables {LINK_S // 60} minutes"),
        ("Lien d’un export remis à une personne", f"signé, valable {LINK_LIVES.days} jours"),
        ("Comptes rendus approuvés", "scellés par une signature Ed25519"),
    ]


def _store() -> str:
    """As the store itself says now."""
    is_https = settings.S3_ENDPOINT_URL.startswith("https://")
    transport = "accès en HTTPS" if is_https else "accès sans chiffrement du transport"
    try:
        rule = storage.setting("get_bucket_encryption", "ServerSideEncryptionConfiguration")
    except storage.StorageUnavailable:
        return f"{transport} ; chiffrement au repos : le stockage n’a pas répondu"
    at_rest = (
        "chiffrement au repos déclaré par le stockage"
        if rule
        else f"chiffrement au repos non déclaré par le stockage {TO_SAY}"
    )
    return f"{transport} ; {at_rest}"


def outside(institution: Institution) -> list[Row]:
    """Every place where words or voices go, beside our own machines; and who is told that there are some."""
    told = Application.objects.filter(institution__in=ceilings.lineage(institution), is_on=True)
    applications = ", ".join(f"{one.name} ({_host(one.url)})" for one in told) if settings.WEBHOOK_HOSTS else ""
    speech = settings.SPEECH_SERVER_URL if settings.SPEECH_RECOGNISER == "remote" else ""
    captions = ", ".join(settings.CAPTIONS_SERVERS) if settings.CAPTIONS_ENGINE == "kyutai" else ""
    return [
        ("Reconnaissance vocale", f"serveur {_host(speech)}" if speech else "sur les machines de l’installation"),
        ("Sous-titres en direct", f"serveurs {captions}" if captions else "sur les machines de l’installation"),
        (
            "Propositions de rédaction",
            f"serveur {_host(settings.MINUTES_MODEL_URL)}, sur demande"
            if settings.MINUTES_MODEL_URL
            else "aucun modèle de langue n’est configuré",
        ),
        ("Stockage d’objets", _host(settings.S3_ENDPOINT_URL)),
        ("Courriels", f"serveur {settings.EMAIL_HOST} ; titre, ordre du jour, liens et dates des réunions"),
        (
            "Applications averties",
            f"{applications} ; identifiants et dates, sans nom ni propos" if applications else "aucune",
        ),
        ("Mesure d’audience, polices, scripts de tiers", "aucun : la politique de contenu du site les refuse"),
    ]


def _host(url: str) -> str:
    return urlsplit(url).netloc or url
