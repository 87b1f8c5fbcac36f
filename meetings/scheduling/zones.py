"""The time zones that a meeting of the State may follow."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ZONES = [
    ("Europe/Paris", _("Metropolitan France")),
    ("America/Guadeloupe", _("Guadeloupe")),
    ("America/Martinique", _("Martinique")),
    ("America/Cayenne", _("French Guiana")),
    ("Indian/Reunion", _("Réunion")),
    ("Indian/Mayotte", _("Mayotte")),
    ("America/Miquelon", _("Saint-Pierre-et-Miquelon")),
    ("America/St_Barthelemy", _("Saint-Barthélemy")),
    ("America/Marigot", _("Saint-Martin")),
    ("Pacific/Noumea", _("New Caledonia")),
    ("Pacific/Tahiti", _("French Polynesia (Tahiti)")),
    ("Pacific/Marquesas", _("French Polynesia (Marquesas)")),
    ("Pacific/Gambier", _("French Polynesia (Gambier)")),
    ("Pacific/Wallis", _("Wallis and Futuna")),
    ("Indian/Kerguelen", _("French Southern and Antarctic Lands")),
    ("Europe/Brussels", _("Brussels")),
    ("Europe/London", _("London")),
    ("America/New_York", _("New York")),
    ("Asia/Tokyo", _("Tokyo")),
    ("UTC", _("Coordinated Universal Time (UTC)")),
]
LABELS = dict(ZONES)
