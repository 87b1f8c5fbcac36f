"""What is said: sentences of the grammar that the demonstration model knows, filled in at random."""

from __future__ import annotations

import random

from bench.voices.script import MEETING, SHORT_MEETING

_NAMES = ("Sophie", "Karim", "Camille", "Julien", "Nadia")
_TASKS = ("le budget", "le calendrier", "la convention", "le rapport", "la formation", "le compte rendu", "le contrat")
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
_VERBS = ("valider", "préparer", "relire", "corriger", "présenter", "envoyer")
_LONG = (
    "{name} doit {verb} {task} avant {day}.",
    "Il faut {verb} {task} avant la fin du mois.",
    "Nous devons {verb} {task} {day} matin.",
    "Je propose de {verb} {task} la semaine prochaine.",
    "{name} peut {verb} {task} avant {day}.",
)
_SHORT = ("Oui, c'est noté.", "Je suis tout à fait d'accord.", "Merci à tous.", "Très bien.")
_FIXED = tuple(line.text for line in (*MEETING, *SHORT_MEETING))


def sentence(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(_SHORT)
    if kind < 0.6:
        return chance.choice(_FIXED)
    form = chance.choice(_LONG)
    return form.format(
        name=chance.choice(_NAMES), verb=chance.choice(_VERBS), task=chance.choice(_TASKS), day=chance.choice(_DAYS)
    )
