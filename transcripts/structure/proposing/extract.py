"""Sentences that announce something, the most central ones first. Offline, and nothing is written that was not said.

What a sentence announces is known by its words (« c'est validé », « je m'en occupe »); which of them matter most by
LexRank (Erkan and Radev, 2004): a sentence counts when it resembles many others that count. The words compared are
the lexemes of PostgreSQL's French search, which has its stemmer and its empty words: no model, nothing to download.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transcripts.structure.proposing.draft import Draft, Said

MODEL = "extraits/1"
FEWEST_WORDS = 4
LONGEST = 400  # characters of a sentence
SIMILAR = 0.1  # LexRank's threshold
MOST_RANKED = 1_000  # sentences: similarities cost their square; of more, some are passed over, evenly
DAMPING = 0.85
STEPS = 60  # of the power method: differences are far below what is compared
A_LINE_FOR_EACH = 60  # lines: one draft of a kind for so many, and never fewer than LEAST
LEAST, MOST = 3, 20

_DAYS = r"(?:lundi|mardi|mercredi|jeudi|vendredi|la fin|demain|monday|tuesday|wednesday|thursday|friday|tomorrow)"
CUES = {
    "chapter": r"\b(?:(?:nous |on )?pass(?:ons|e) (?:à|au|aux)\b|point (?:suivant|numéro)|next (?:item|point)\b)",
    "decision": r"\b(?:(?:nous avons|on a|il est|c['’]est) (?:décidé|acté|validé|adopté|approuvé|retenu)"
    r"|(?:est|sont) (?:adopté|validé|approuvé|voté|retenu|acté)e?s?\b|nous décidons|on décide|on acte|la décision"
    r"|we (?:have )?(?:decided|agreed)|(?:is|are) (?:approved|adopted))",
    "action": r"\b(?:je (?:m['’]en occupe|m['’]occupe|me charge|vais|prépare|transmets|vous envoie|\w+erai)\b"
    rf"|il faut que|reste à faire|à faire\b|(?:d['’]ici|avant|pour) (?:le |au )?{_DAYS}|i(?:['’]ll| will)\b"
    r"|(?:va|vas|allez|vont) (?:envoyer|préparer|rédiger|transmettre|vérifier|faire|organiser|relire))",
    "question": r"(?:\breste à (?:savoir|trancher|décider)|\bon ne sait pas|\bquestion (?:ouverte|en suspens)|\?\s*$)",
}
_PATTERNS = {kind: re.compile(cue, re.IGNORECASE) for kind, cue in CUES.items()}
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")


def propose(said: Sequence[Said]) -> list[Draft]:
    """In the order of the meeting; each of one line, in its own words."""
    found = [(kind, place, sentence) for place, line in enumerate(said) for kind, sentence in _announced(line)]
    found = found[:: len(found) // MOST_RANKED + 1]
    rank = central([said[place].lexemes for _kind, place, _sentence in found])
    kept: list[tuple[int, Draft]] = []
    for kind in CUES:
        mine = [
            (score, place, text)
            for score, (found_kind, place, text) in zip(rank, found, strict=True)
            if found_kind == kind
        ]
        best = sorted(mine, key=lambda one: (-one[0], one[1]))[: _room(len(said))]
        kept += [(place, Draft(kind, text, (said[place].line,))) for _score, place, text in best]
    return [draft for _place, draft in sorted(kept, key=lambda one: one[0])]


def _room(lines: int) -> int:
    return min(max(lines // A_LINE_FOR_EACH, LEAST), MOST)


def _announced(line: Said) -> Iterator[tuple[str, str]]:
    """The first kind that each sentence announces."""
    for sentence in _SENTENCES.split(line.text):
        if len(sentence) > LONGEST or len(sentence.split()) < FEWEST_WORDS:
            continue
        kind = next((kind for kind, pattern in _PATTERNS.items() if pattern.search(sentence)), None)
        if kind:
            yield kind, sentence


def central(sentences: Sequence[Sequence[str]]) -> list[float]:
    """LexRank of each, by its lexemes; they sum to 1. Costs the square of their number."""
    if not any(sentences):
        return [1.0] * len(sentences)
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    weighted = TfidfVectorizer(analyzer=_itself).fit_transform(sentences)
    similar = (weighted @ weighted.T).toarray()
    similar[similar < SIMILAR] = 0.0
    np.fill_diagonal(similar, 0.0)
    similar[similar.sum(axis=1) == 0.0] = 1.0  # what resembles nothing leads anywhere, and nothing leads to it
    steps = similar / similar.sum(axis=1, keepdims=True)
    rank = np.full(len(sentences), 1 / len(sentences))
    for _step in range(STEPS):
        rank = (1 - DAMPING) / len(sentences) + DAMPING * (rank @ steps)
    return [round(float(one), 9) for one in rank]


def _itself(lexemes: Sequence[str]) -> Sequence[str]:
    return lexemes
