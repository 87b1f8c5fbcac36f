"""Addresses of minutes and of their search."""

from __future__ import annotations

from django.urls import path

from transcripts import job_views, views
from transcripts.corrections import views as corrections
from transcripts.exports import views as exports
from transcripts.imports import views as imports
from transcripts.reader import views as reader
from transcripts.review import views as review
from transcripts.sealing import views as sealing
from transcripts.sharing import views as sharing
from transcripts.structure import views as structure

urlpatterns = [
    path("comptes-rendus/<uuid:recording_id>/", views.minutes, name="minutes"),
    path("comptes-rendus/<uuid:recording_id>/etat.json", views.state, name="minutes_state"),
    path("comptes-rendus/<uuid:recording_id>/relancer/", job_views.retry, name="minutes_retry"),
    path("comptes-rendus/<uuid:recording_id>/arreter/", job_views.cancel, name="minutes_cancel"),
    path("comptes-rendus/<uuid:recording_id>/refaire/", job_views.make_again, name="minutes_again"),
    path(
        "comptes-rendus/<uuid:recording_id>/telecharger/<str:file_format>/", exports.download, name="minutes_download"
    ),
    path("comptes-rendus/<uuid:recording_id>/audio/<uuid:track_id>/", views.audio, name="minutes_audio"),
    path("comptes-rendus/<uuid:recording_id>/corrections/", corrections.correct, name="minutes_correct"),
    path("comptes-rendus/<uuid:recording_id>/lignes/<int:line_id>/", corrections.line, name="minutes_line"),
    path("comptes-rendus/<uuid:recording_id>/lignes/", reader.lines, name="minutes_lines"),
    path("comptes-rendus/<uuid:recording_id>/lignes/<int:line_id>/mots.json", reader.words, name="minutes_words"),
    path("comptes-rendus/<uuid:recording_id>/chercher/", reader.find, name="minutes_find"),
    path("comptes-rendus/<uuid:recording_id>/onde.svg", reader.wave, name="minutes_wave"),
    path("comptes-rendus/<uuid:recording_id>/structure/", structure.structure, name="minutes_structure"),
    path("comptes-rendus/<uuid:recording_id>/relecture/", review.ask_review, name="minutes_review"),
    path("comptes-rendus/<uuid:recording_id>/approuver/", review.approve, name="minutes_approve"),
    path("comptes-rendus/<uuid:recording_id>/reprendre/", review.reopen, name="minutes_reopen"),
    path("comptes-rendus/<uuid:recording_id>/versions/<int:number>/", sealing.version, name="minutes_version"),
    path(
        "comptes-rendus/<uuid:recording_id>/versions/<int:number>/fichier-scelle.json",
        sealing.sealed_file,
        name="minutes_sealed_file",
    ),
    path("enregistrements/importer/", imports.imports, name="imports"),
    path("enregistrements/importer/<uuid:import_id>/", imports.upload_page, name="import"),
    path("enregistrements/importer/<uuid:import_id>/etat.json", imports.upload_state, name="import_state"),
    path("enregistrements/importer/<uuid:import_id>/fichier/", imports.choose_file, name="import_file"),
    path("enregistrements/importer/<uuid:import_id>/parties/<int:part>/", imports.part_address, name="import_part"),
    path("enregistrements/importer/<uuid:import_id>/terminer/", imports.finish, name="import_finish"),
    path("enregistrements/importer/<uuid:import_id>/effacer/", imports.erase, name="import_erase"),
    path("comptes-rendus/<uuid:recording_id>/partage/", sharing.share, name="minutes_share"),
    path("comptes-rendus/<uuid:recording_id>/partage/<uuid:share_id>/fin/", sharing.unshare, name="minutes_unshare"),
    path("comptes-rendus/<uuid:recording_id>/lecteurs/", sharing.readers, name="minutes_readers"),
    path("lecture/<str:token>/", sharing.by_link, name="minutes_by_link"),
    path("verification/", sealing.verify, name="verify_minutes"),
    path("recherche/", views.search, name="search"),
]
