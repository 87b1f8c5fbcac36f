"""Addresses of the workbench that are not the administration's own, and of persons' own data."""

from __future__ import annotations

from django.urls import path

from governance.access.views import my_accesses
from governance.figures import views as figures
from governance.papers import accessibility
from governance.papers import views as papers
from governance.requests import erasing_views, own_views, person_views, views

_REQUEST = "atelier/demandes/<uuid:request_id>/"

urlpatterns = [
    path("atelier/", views.dpo_home, name="dpo_home"),
    path("atelier/demandes/nouvelle/", views.dpo_request_new, name="dpo_request_new"),
    path(_REQUEST, views.dpo_request, name="dpo_request"),
    path(f"{_REQUEST}faire/<slug:verb>/", views.dpo_request_do, name="dpo_request_do"),
    path(f"{_REQUEST}personne/", person_views.dpo_subject, name="dpo_subject"),
    path(f"{_REQUEST}donnees/", person_views.dpo_holdings, name="dpo_holdings"),
    path(f"{_REQUEST}donnees/<slug:kind>/", person_views.dpo_holding, name="dpo_holding"),
    path(f"{_REQUEST}export/<uuid:export_id>/", person_views.dpo_export, name="dpo_export"),
    path(f"{_REQUEST}rectifier/", person_views.dpo_rectify, name="dpo_rectify"),
    path(f"{_REQUEST}limiter/", person_views.dpo_restrict, name="dpo_restrict"),
    path(f"{_REQUEST}effacer/", erasing_views.dpo_erase, name="dpo_erase"),
    path(f"{_REQUEST}preuve/", erasing_views.dpo_proof, name="dpo_proof"),
    path(f"{_REQUEST}reponse/", person_views.dpo_answer, name="dpo_answer"),
    path("atelier/papiers/", papers.dpo_papers, name="dpo_papers"),
    path("atelier/papiers/<int:institution_id>/bordereau/", papers.dpo_slip, name="dpo_slip"),
    path("atelier/papiers/<int:institution_id>/consentements/<slug:kind>/", papers.dpo_ledger, name="dpo_ledger"),
    path("atelier/papiers/<int:institution_id>/<slug:paper>/", papers.dpo_paper, name="dpo_paper"),
    path("accessibilite/", accessibility.accessibility, name="accessibility"),
    path("mes-donnees/", own_views.my_data, name="my_data"),
    path("mes-donnees/export/", own_views.my_data_export, name="my_data_export"),
    path("mes-donnees/export/<uuid:export_id>/", own_views.my_data_download, name="my_data_download"),
    path("mes-donnees/demande/", own_views.my_data_request, name="my_data_request"),
    path("retrait/<str:token>/", own_views.person_export_by_link, name="person_export_by_link"),
    *figures.addresses("administration/chiffres/"),
    path("mes-donnees/acces/", my_accesses, name="my_accesses"),
]
