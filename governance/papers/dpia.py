"""The annex to an impact assessment (GDPR, art. 35): measures as they are set, against what is feared.

How likely and how serious each risk is stays for the controller to say: no setting knows it.
"""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Institution
from governance.papers import settings_told as told
from governance.papers.paper import Paper
from transcripts.exports.outline import Bullets, Heading, Paragraph, Table

RISKS = (
    (
        "Accès illégitime aux propos ou aux voix",
        "Connexion fédérée, droits par réunion, adresses signées de courte durée, second facteur "
        "des administrateurs, aucun accès au contenu pour eux, journal de chaque lecture et "
        "téléchargement.",
    ),
    (
        "Enregistrement d’une personne à son insu",
        "L’enregistrement est éteint à la création d’une salle ; la passerelle n’écrit que les "
        "personnes qui ont accepté ; l’annonce est visible de tous ; le retrait efface ce qui "
        "était écrit.",
    ),
    (
        "Attribution de propos à une autre personne",
        "Un fichier par personne authentifiée ; degré de certitude affiché à chaque ligne ; "
        "microphones partagés signalés ; relecture avant approbation ; limitation et rectification "
        "sur demande.",
    ),
    (
        "Modification non voulue d’un compte rendu",
        "Original de chaque ligne conservé, corrections historisées, version approuvée scellée et "
        "vérifiable hors de Visio.",
    ),
    (
        "Disparition ou conservation excessive",
        "Trois durées appliquées automatiquement, gel d’effacement motivé, preuve d’effacement, "
        "effacement rejoué après restauration d’une sauvegarde.",
    ),
    (
        "Détournement de finalité (évaluation des agents, surveillance)",
        "Finalités fermées, dont le texte est présenté à chacun ; voix jamais comparées d’une "
        "réunion à l’autre ; consultation préalable des instances ; lectures journalisées.",
    ),
)


def dpia(institution: Institution) -> Paper:
    rules = told.french(institution)
    at = timezone.localtime()
    blocks = (
        Paragraph(
            f"Annexe établie le {at:%d/%m/%Y} à partir des réglages en vigueur de {institution}. La "
            "vraisemblance et la gravité des risques, et leur acceptation, relèvent du responsable du "
            "traitement."
        ),
        Heading(1, "Pourquoi une analyse"),
        Bullets(
            (
                "Personnes en situation de dépendance : des agents, à l’égard de leur employeur.",
                "Collecte à grande échelle de propos, et usage d’une technologie récente (reconnaissance vocale).",
                f"Instances représentatives du personnel : {told.consulted_on(institution)}.",
            )
        ),
        Heading(1, "Traitement"),
        told.purposes(institution, rules),
        Table("Durées de conservation", ("Données", "Durée"), tuple(told.retention(rules))),
        Heading(1, "Mesures en vigueur"),
        Table("Chiffrement et liens", ("Mesure", "État"), tuple(told.encryption())),
        Table("Accès", ("Mesure", "État"), tuple(told.access(rules))),
        Table("Lecteurs", ("Accès", "Règle"), tuple(told.readers(rules))),
        Table("Flux", ("Flux", "Destination"), tuple(told.outside(institution))),
        Heading(1, "Risques"),
        Table(
            "Risques",
            ("Événement redouté", "Mesures", "Vraisemblance, gravité, risque résiduel"),
            tuple((feared, measures, told.TO_SAY) for feared, measures in RISKS),
        ),
    )
    return Paper("annexe-aipd", "Annexe à l’analyse d’impact : Visio", institution, at, blocks)
