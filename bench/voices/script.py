"""What is said in the demonstration meeting: sentences that the demonstration model knows, and who says them."""

from __future__ import annotations

from dataclasses import dataclass

from bench.voices.espeak import Voice

CLAIRE, BILAL, GUEST = "claire", "bilal", "guest"

VOICES = {
    CLAIRE: Voice("fr+f2", rate=165, pitch=55),
    BILAL: Voice("fr+m3", rate=160, pitch=40),
    GUEST: Voice("fr+m4", rate=165, pitch=60),
}


@dataclass(frozen=True, slots=True)
class Line:
    speaker: str
    text: str


MEETING = (
    Line(CLAIRE, "Bonjour à toutes et à tous, la séance est ouverte."),
    Line(CLAIRE, "Cette réunion est enregistrée et transcrite pour le compte rendu."),
    Line(BILAL, "Bonjour tout le monde, merci de votre présence."),
    Line(GUEST, "Est-ce que tout le monde m'entend bien ?"),
    Line(CLAIRE, "L'ordre du jour comporte trois points."),
    Line(CLAIRE, "Le premier point concerne la formation."),
    Line(BILAL, "Il reste 12 000 euros pour financer la formation."),
    Line(BILAL, "L'équipe technique doit valider le calendrier avant vendredi."),
    Line(GUEST, "Je suis tout à fait d'accord."),
    Line(CLAIRE, "Passons maintenant à la sécurité."),
    Line(BILAL, "Sophie a corrigé la documentation la semaine dernière."),
    Line(GUEST, "La préfecture demande la convention avant la fin du mois."),
    Line(CLAIRE, "Nous avons décidé de publier le rapport."),
    Line(CLAIRE, "Le dernier point concerne l'accessibilité."),
    Line(BILAL, "Le projet avance comme prévu, mais la migration reste en attente."),
    Line(GUEST, "Qui peut relire le compte rendu demain matin ?"),
    Line(BILAL, "Je propose de présenter le tableau de bord à la rentrée."),
    Line(CLAIRE, "La décision est prise, Karim prépare le plan d'action."),
    Line(GUEST, "Oui, c'est noté."),
    Line(BILAL, "Rendez-vous mardi à 10 heures en visioconférence."),
    Line(CLAIRE, "Merci à tous et bonne journée."),
)

SHORT_MEETING = (
    Line(CLAIRE, "Bonjour à tous, nous commençons la réunion."),
    Line(BILAL, "L'équipe technique doit valider le calendrier avant vendredi."),
    Line(GUEST, "Je suis tout à fait d'accord."),
    Line(CLAIRE, "Nous avons décidé de publier le rapport."),
    Line(BILAL, "Sophie a corrigé la documentation la semaine dernière."),
    Line(GUEST, "Qui peut relire le compte rendu demain matin ?"),
    Line(CLAIRE, "Merci à tous et bonne journée."),
)
