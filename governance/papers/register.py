"""The sheet of the register of processing (GDPR, art. 30), from policy, purposes and settings as they are now."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Institution
from governance.papers import settings_told as told
from governance.papers.paper import Paper
from transcripts.exports.outline import Bullets, Heading, Paragraph, Table

DATA = (
    ("Identité des agents", "nom, prénom, courriel, SIRET, qualité, identifiant ProConnect"),
    ("Identité des invités", "nom déclaré ; courriel s’ils sont invités nommément"),
    ("Réunions", "titre, ordre du jour, dates, présence, réponses aux invitations"),
    ("Voix", "son de chaque personne qui l’accepte, un fichier par personne"),
    ("Propos", "lignes attribuées, corrections, décisions et actions du compte rendu"),
    ("Image", "caméra et écran partagé, si la finalité le prévoit et si la personne l’accepte"),
    ("Preuves", "réponses aux demandes d’enregistrement, avec le texte présenté ; journal d’audit sans contenu"),
    ("Technique", "sessions ouvertes : adresse réseau, navigateur, dernière activité"),
)


def register(institution: Institution) -> Paper:
    rules = told.french(institution)
    at = timezone.localtime()
    blocks = (
        Paragraph(
            f"Établie le {at:%d/%m/%Y} à partir des réglages en vigueur. Elle est à relire avant d’être "
            "versée au registre."
        ),
        Heading(1, "Acteurs"),
        Table(
            "Acteurs",
            ("Rôle", "Qui"),
            (
                ("Responsable du traitement", f"{institution} (SIRET {institution.siret})"),
                ("Délégué à la protection des données", told.officers(institution)),
                ("Hébergeur et sous-traitants", told.TO_SAY),
                ("Instances représentatives du personnel", told.consulted_on(institution)),
            ),
        ),
        Heading(1, "Finalités"),
        Paragraph(
            "Tenir des réunions à distance ; en conserver, si les participants l’acceptent, un "
            "enregistrement et un compte rendu."
        ),
        told.purposes(institution, rules),
        Heading(1, "Personnes et données"),
        Paragraph("Agents de l’institution, agents d’autres institutions, invités extérieurs."),
        Table("Catégories de données", ("Catégorie", "Données"), DATA),
        Paragraph(
            "Les voix ne sont pas comparées d’une réunion à l’autre : aucune donnée biométrique n’est "
            "traitée aux fins d’identifier une personne. Les propos tenus peuvent révéler des données "
            "sensibles : les réunions « personnel, syndical ou médical » et « sensibles » ne laissent "
            "aucune trace."
        ),
        Heading(1, "Destinataires"),
        Table("Destinataires", ("Accès", "Règle"), tuple(told.readers(rules))),
        Heading(1, "Transferts"),
        Table("Où vont les données", ("Flux", "Destination"), tuple(told.outside(institution))),
        Paragraph(f"Transferts hors de l’Union européenne : {told.TO_SAY}"),
        Heading(1, "Durées de conservation"),
        Table("Durées de conservation", ("Données", "Durée"), tuple(told.retention(rules))),
        Heading(1, "Droits des personnes"),
        Bullets(
            (
                "Accès et portabilité : immédiats pour un agent connecté (« Mes données »), sur demande "
                "pour un invité.",
                "Rectification, limitation, effacement, opposition : demande au délégué, réponse sous un mois.",
                "Retrait de l’accord à un enregistrement : à tout moment, par la personne elle-même.",
            )
        ),
        Heading(1, "Mesures de sécurité"),
        Table("Mesures de sécurité", ("Mesure", "État"), (*told.encryption(), *told.access(rules))),
    )
    return Paper("fiche-registre", "Fiche du registre des traitements : Visio", institution, at, blocks)
