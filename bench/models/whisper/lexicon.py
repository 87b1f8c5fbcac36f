"""The words of the grammar of meetings: what may stand in each of its places."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.replace("\n", "|").split("|") if entry.strip())


FIRST_NAMES = _listed("""
Marie|Paul|Sophie|Karim|Julie|Thomas|Camille|Nicolas|Claire|Antoine|Fatima|Hugo|Léa|Pierre|Nadia|Julien|Isabelle|Mehdi
Aurélie|Sylvain|Hélène|Olivier|Manon|David|Laura|Vincent|Amina|Lucas|Élodie|Bruno|Bilal|Chen|Dora|Inès|Yann|Gaëlle
Samir|Agnès|Mathilde|Rachid|Véronique|Étienne|Louise|Kevin|Sarah|François
""")
LAST_NAMES = _listed("""
Lefèvre|Martin|Dubois|Bernard|Petit|Moreau|Laurent|Garnier|Rousseau|Fontaine|Mercier|Benali|Le Goff|Nguyen|Haddad
Girard|Bonnet|Lambert|Da Silva|Traoré
""")
TOWNS = _listed("""
Paris|Lyon|Marseille|Lille|Nantes|Toulouse|Bordeaux|Rennes|Strasbourg|Montpellier|Grenoble|Dijon|Brest|Nice|Rouen|Tours
Metz|Besançon|Limoges|Poitiers|Amiens|Caen|Orléans|Ajaccio|Cayenne
""")
DAYS = _listed("lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche")
MONTHS = _listed("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre")
OFFICES = _listed("""
la préfecture|la mairie|la région Bretagne|la métropole de Lyon|le conseil départemental|le rectorat|l'agence nationale
la direction du numérique|la trésorerie|la communauté de communes|l'université de Nantes|la Cour des comptes
le Conseil d'État|l'académie de Lille|la direction générale|le secrétariat général|le service juridique|le Sénat
le service informatique|la direction des ressources humaines|le cabinet du ministre|la chambre de commerce
l'hôpital de Grenoble|la gendarmerie|la bibliothèque nationale|la commission européenne|l'assemblée nationale
la caisse d'allocations familiales|l'inspection du travail|la DINUM|la CNIL|l'ANSSI|le ministère de la Culture
le ministère de la Justice|le ministère de la Santé|le ministère de la Transition écologique|la sous-préfecture
le tribunal administratif|le ministère de la Fonction publique|les archives départementales|le port de Brest
""")
THINGS = _listed("""
le budget|le calendrier|le compte rendu|le rapport|la note de cadrage|la feuille de route|le cahier des charges
la convention|le marché public|l'appel d'offres|le plan d'action|le tableau de bord|la présentation|la maquette
le prototype|l'étude d'impact|le questionnaire|la liste des participants|l'ordre du jour|le relevé de décisions
le devis|la facture|le contrat|le guide utilisateur|le communiqué de presse|la documentation|l'audit de sécurité
la campagne de communication|la base de données|le site internet|l'application mobile|le service en ligne|l'annuaire
la messagerie|l'enregistrement|la transcription|le formulaire|la procédure|le schéma directeur|l'analyse des risques
le dossier de subvention|la lettre de mission|le projet de loi|le décret|l'arrêté|la circulaire|le courrier
la réponse au maire|le planning|l'inventaire du matériel|le bilan annuel|la synthèse|le sondage|le code source
le registre des traitements|la grille d'évaluation|le support de formation|la fiche de poste|le plan de continuité
le procès-verbal|la délibération|le modèle de lettre|le référentiel|la cartographie
""")
TOPICS = (
    *THINGS,
    *_listed("""
    le recrutement|la formation|le déploiement|la migration|l'accessibilité|la sécurité|le télétravail
    la protection des données|l'hébergement|la sauvegarde|la maintenance|le support|l'intelligence artificielle
    le logiciel libre|la consommation d'énergie|la cantine|les transports|les travaux|les élections|les congés
    la qualité de l'air|la gestion des déchets|le logement social|la rentrée scolaire|l'égalité professionnelle
    la visioconférence|le réseau|la souveraineté numérique|la prévention des incendies|l'accueil du public
    les archives|la dématérialisation|le vote électronique|le covoiturage
    """),
)
_VERBS = _listed("""
préparer prépare préparé|envoyer envoie envoyé|relire relit relu|valider valide validé|corriger corrige corrigé
présenter présente présenté|terminer termine terminé|publier publie publié|transmettre transmet transmis
partager partage partagé|vérifier vérifie vérifié|compléter complète complété|rédiger rédige rédigé
finaliser finalise finalisé|signer signe signé|imprimer imprime imprimé|archiver archive archivé
traduire traduit traduit|analyser analyse analysé|tester teste testé|résumer résume résumé|classer classe classé
diffuser diffuse diffusé|reprendre reprend repris|simplifier simplifie simplifié|chiffrer chiffre chiffré
commenter commente commenté|déposer dépose déposé|suspendre suspend suspendu|adopter adopte adopté
""")
TO_DO, DOES, DONE = (tuple(verb.split()[form] for verb in _VERBS) for form in range(3))
TEAMS = _listed("""
l'équipe technique|l'équipe projet|le comité de pilotage|le groupe de travail|la délégation|le bureau|le prestataire
la directrice|le directeur|la cheffe de projet|le responsable|l'assistante|le trésorier|la présidente|le préfet
la ministre|le maire|la commission|le secrétaire de séance|la référente|le délégué à la protection des données
""")
PAST = _listed("""
hier|lundi dernier|la semaine dernière|ce matin|en début d'année|le mois dernier|hier soir|il y a trois jours
avant-hier|au printemps|l'an dernier|mardi dernier
""")
SOON = _listed("""
cette semaine|la semaine prochaine|demain matin|demain après-midi|aujourd'hui|avant midi|ce soir|dès demain
sans attendre|dans la journée|avant la fin du mois|avant la fin de l'année|d'ici la fin de la semaine
au premier trimestre|au deuxième semestre|dans deux semaines|dans trois mois|le mois prochain|avant l'été|à la rentrée
après les congés|d'ici quinze jours|avant le prochain comité
""")
PLACES = _listed("""
en visioconférence|au deuxième étage|dans la grande salle|à distance|dans le bâtiment principal|au rez-de-chaussée
dans la salle du conseil|par téléphone
""")
