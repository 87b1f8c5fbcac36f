"""Sentences of French meetings: rules whose places are filled at random, and what is kept out of training."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence

from bench.corpus import sentences
from bench.models.whisper.lexicon import (
    DAYS,
    DOES,
    DONE,
    FIRST_NAMES,
    LAST_NAMES,
    MONTHS,
    OFFICES,
    PAST,
    PLACES,
    SOON,
    TEAMS,
    THINGS,
    TO_DO,
    TOPICS,
    TOWNS,
)
from bench.voices.script import MEETING, SHORT_MEETING

SCRIPTS = tuple(tuple(line.text for line in script) for script in (MEETING, SHORT_MEETING))
_SCRIPT_LINES = frozenset(line for script in SCRIPTS for line in script)
_FRAGMENT, _CORPUS = 0.12, 0.05  # shares
_HELD_OUT = 26 / 256

_SENTENCES = (
    *("{person} {does} {thing} {deadline}.",) * 3,
    *("{person} doit {to_do} {thing} {deadline}.",) * 3,
    *("{person} va {to_do} {thing} avec {team}.",) * 2,
    *("{team} {must} {to_do} {thing} {deadline}.",) * 2,
    *("{person} a {done} {thing} {past}.",) * 2,
    "{hello} {everybody}, {opening}.",
    "L'ordre du jour comporte {few} points.",
    "Le {rank} point concerne {topic}.",
    "Passons maintenant à {topic}.",
    "Je propose de {to_do} {thing} {deadline}.",
    "Nous avons décidé de {to_do} {thing}.",
    "La décision est prise, {person} {does} {thing}.",
    "La prochaine réunion aura lieu {day} {date} à {hour}.",
    "Rendez-vous {day} à {hour} {place}.",
    "Le budget est de {amount} pour {topic}.",
    "Il reste {amount} pour {use} {topic}.",
    "Qui peut {to_do} {thing} {deadline} ?",
    "{person}, peux-tu {to_do} {thing} {deadline} ?",
    "{person}, pouvez-vous {to_do} {thing}, s'il vous plaît ?",
    "Je suis {opinion}.",
    "Oui, {yes}.",
    "Non, {no}.",
    "Merci {person}, {thanks}.",
    "Merci à tous et bonne {farewell}.",
    "{office} demande {thing} {deadline}.",
    "{office} a {done} {thing} {past}.",
    "Nous attendons la réponse de {office} sur {topic}.",
    "Il faut {to_do} {thing} avec {team} {deadline}.",
    "{topic} {state} pour {office}.",
    "{person} remplace {person} {during}.",
    "Le vote donne {number} voix pour et {number} voix contre.",
    "{number} {people} sont {there} {place}.",
    "Est-ce que tout le monde {hears} ?",
    "Je vous rappelle que {thing} sera à {to_do} {deadline}.",
    "{person} prend la parole {order}.",
    "On fait une pause de {minutes} minutes.",
    "Le taux de participation est de {number} pour cent {place}.",
    "Cette réunion est enregistrée et transcrite {why}.",
    "Action suivante, {person} {does} {thing} {deadline}.",
    "{person} et {person} travaillent sur {topic} {place}.",
    "Je confirme que {team} {does} {thing}.",
    "Le projet avance {manner}, mais {topic} reste {pending}.",
    "{then}, {person} {does} {thing}.",
    "Avez-vous des questions sur {topic} ?",
    "Je n'ai pas eu le temps de {to_do} {thing} {past}.",
    "{person}, tu peux partager ton écran ?",
    "Le son est coupé, {person}, on ne t'entend plus.",
    "Je partage mon écran pour {to_do} {thing}.",
    "Nous devons {to_do} {thing} {day} matin.",
    "{team} est d'accord avec {office} sur {topic}.",
    "Le délai est de {number} jours pour {to_do} {thing}.",
    "La commission se réunira {deadline} {place}.",
    "Il y a {number} demandes en attente {place}.",
    "{person} arrivera à {hour}.",
    "Pouvons-nous reporter {thing} {deadline} ?",
    "La parole est à {person}.",
    "Le coût est estimé à {amount} par an.",
    "Nous avons reçu {number} réponses {past}.",
)
_FRAGMENTS = (
    "{topic} {deadline}.",
    "{place}, {deadline}.",
    "{person}, {person} et {person}.",
    "{thing}, {topic} et {topic}.",
    "{office} et {office}.",
    "{deadline}.",
    "{amount}.",
    "{team} de {office}.",
    "Le {date} à {hour}.",
    "{past}, {place}.",
    "{to_do} {thing}, {to_do} {topic}.",
)
_RULES: dict[str, tuple[str, ...]] = {
    "person": (
        *("{first_name}",) * 7,
        "Madame {last_name}",
        "Monsieur {last_name}",
        *("{first_name} {last_name}",) * 2,
    ),
    "first_name": FIRST_NAMES,
    "last_name": LAST_NAMES,
    "team": TEAMS,
    "office": OFFICES,
    "thing": THINGS,
    "topic": TOPICS,
    "to_do": TO_DO,
    "does": DOES,
    "done": DONE,
    "past": PAST,
    "day": DAYS,
    "month": MONTHS,
    "date": ("premier {month}", *(f"{day} {{month}}" for day in range(2, 32)), *("{few_days} {month} {year}",) * 8),
    "few_days": tuple(str(day) for day in range(2, 32)),
    "year": ("2025", "2026", "2027", "2028", "2029", "2030"),
    "hour": tuple(f"{hour} heures{past}" for hour in range(8, 20) for past in ("", "", "", " 15", " 30", " 45")),
    "deadline": (
        *("avant {day}", "avant {day} prochain", "d'ici {day}", "avant le {date}", "pour le {date}") * 2,
        "avant {hour}",
        *SOON,
    ),
    "place": ("en salle {number}", "à {town}", "à {office}", *PLACES),
    "town": TOWNS,
    "number": (*(str(number) for number in (*range(2, 100), *range(2, 32))), *map(str, range(100, 1000, 50))),
    "thousands": tuple(str(number) for number in range(2, 91)),
    "amount": ("{number} euros", "{thousands} 000 euros", "{thousands} millions d'euros", "{number} pour cent"),
    "few": ("deux", "trois", "quatre", "cinq", "six", "sept"),
    "rank": ("premier", "deuxième", "troisième", "quatrième", "dernier"),
    "minutes": ("cinq", "dix", "quinze", "vingt"),
    "hello": ("Bonjour", "Bonsoir"),
    "everybody": ("à tous", "à toutes et à tous", "tout le monde", "mesdames et messieurs"),
    "opening": (
        *("nous commençons la réunion", "bienvenue à cette réunion", "merci de votre présence"),
        *("la séance est ouverte", "nous attendons encore {person}", "je vous entends bien"),
    ),
    "must": ("doit", "va", "peut", "souhaite"),
    "use": ("financer", "préparer", "terminer", "soutenir"),
    "opinion": ("d'accord", "tout à fait d'accord", "plutôt favorable", "contre cette proposition", "de cet avis"),
    "yes": (
        *("c'est noté", "très bien", "bien sûr", "je m'en occupe", "sans problème", "je suis disponible"),
        *("c'est en cours", "tu as raison"),
    ),
    "no": (
        *("ce n'est pas possible", "pas encore", "je ne pense pas", "il faut attendre", "nous manquons de temps"),
        *("je préfère attendre", "pas cette fois"),
    ),
    "thanks": ("c'est très clair", "on avance bien", "je prends note", "on continue", "c'était utile"),
    "farewell": ("journée", "soirée", "fin de semaine", "continuation"),
    "state": ("reste à l'ordre du jour", "pose problème", "est en retard", "demande du temps", "passe en priorité"),
    "during": ("pendant les congés", "cette semaine", "jusqu'à {day}", "pour cette réunion"),
    "people": ("agents", "participants", "usagers", "communes", "personnes", "élus", "collègues"),
    "there": ("inscrits", "présents", "attendus", "en retard", "disponibles"),
    "hears": ("m'entend bien", "voit mon écran", "a reçu le document", "est d'accord", "est connecté"),
    "order": ("en premier", "pour conclure", "après la pause", "pendant dix minutes"),
    "why": ("automatiquement", "pour le compte rendu", "avec votre accord"),
    "manner": ("bien", "lentement", "comme prévu", "plus vite que prévu"),
    "pending": ("à faire", "en attente", "fragile", "à préciser"),
    "then": ("D'abord", "Ensuite", "Enfin", "Pour finir", "En résumé"),
}
_CONTRACTIONS = {"de le ": "du ", "de les ": "des ", "à le ": "au ", "à les ": "aux "}
_CONTRACTED = re.compile(r"\b(?:de|à) les? ")
_ELIDED = re.compile(r"\bde (?=[aeéiou])")


def sentence(chance: random.Random) -> str:
    kind = chance.random()
    if kind < _CORPUS:
        return sentences.sentence(chance)
    text = _fill(chance, chance.choice(_FRAGMENTS if kind < _CORPUS + _FRAGMENT else _SENTENCES))
    text = _ELIDED.sub("d'", _CONTRACTED.sub(lambda found: _CONTRACTIONS[found[0]], text))
    return text[0].upper() + text[1:]


def is_held_out(text: str) -> bool:
    """One sentence in ten, by its letters, whatever the seed; those of the demonstration's script never."""
    return text not in _SCRIPT_LINES and hashlib.sha256(text.encode()).digest()[0] < _HELD_OUT * 256


def trained_sentences(chance: random.Random, count: int) -> list[str]:
    """In the order in which they are said: one recording in four holds a stretch of a script as it stands."""
    if chance.random() < 0.25:
        script = chance.choice(SCRIPTS)
        first = chance.randrange(len(script))
        said = list(script[first : first + count])
    else:
        said = []
    return [*said, *_several(chance, count - len(said), held_out=False)]


def unknown_sentences(chance: random.Random, count: int) -> list[str]:
    return _several(chance, count, held_out=True)


def _several(chance: random.Random, count: int, *, held_out: bool) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        text = sentence(chance)
        if is_held_out(text) == held_out:
            found.append(text)
    return found


def _fill(chance: random.Random, rule: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: _fill(chance, chance.choice(_RULES[place[1]])), rule)


def lexicon(texts: Sequence[str]) -> set[str]:
    return {word.lower() for text in texts for word in re.findall(r"[\w'-]+", text)}
