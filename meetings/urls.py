"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path, register_converter

from meetings import views
from meetings.agreement_page import my_agreement
from meetings.codes import CodeConverter
from meetings.invitations import views as invitations
from meetings.pictures import views as pictures
from meetings.rooms import views as rooms
from meetings.scheduling import views as scheduling

register_converter(CodeConverter, "code")

urlpatterns = [
    path("reunions/", views.meetings, name="meetings"),
    path("reunions/nouvelle/", views.create_meeting, name="create_meeting"),
    path("r/<code:code>/", views.room, name="room"),
    path("reunions/salles/<code:code>/", rooms.room_settings, name="room_settings"),
    path("reunions/salles/<code:code>/changer/", rooms.change_room, name="change_room"),
    path("reunions/que-permet/", rooms.what_is_allowed, name="what_is_allowed"),
    path("enregistrements/<uuid:recording_id>/mon-accord/", my_agreement, name="my_agreement"),
    path("enregistrements/<uuid:recording_id>/", pictures.recording_page, name="recording"),
    path("enregistrements/<uuid:recording_id>/etat.json", pictures.recording_state, name="recording_state"),
    path("enregistrements/<uuid:recording_id>/pistes.zip", pictures.download_tracks, name="recording_tracks"),
    path("enregistrements/<uuid:recording_id>/son/<uuid:track_id>/", pictures.recording_sound, name="recording_sound"),
    path("enregistrements/<uuid:recording_id>/video/", pictures.compose_video, name="compose_video"),
    path(
        "enregistrements/<uuid:recording_id>/video/<uuid:composition_id>/",
        pictures.recording_video,
        name="recording_video",
    ),
    path(
        "enregistrements/<uuid:recording_id>/video/<uuid:composition_id>/telecharger/",
        pictures.download_video,
        name="download_video",
    ),
    path(
        "enregistrements/<uuid:recording_id>/video/<uuid:composition_id>/annuler/",
        pictures.cancel_video,
        name="cancel_video",
    ),
    path("i/<str:token>/", invitations.join_invitation, name="join_invitation"),
    path("invitation/<str:token>/", invitations.answer_invitation, name="answer_invitation"),
    path("reunions/agenda/", invitations.calendar_feed, name="calendar_feed"),
    path("agenda/<str:secret>.ics", invitations.calendar_feed_ics, name="calendar_feed_ics"),
    path("reunions/planifiees/<uuid:series_id>/invitation.ics", invitations.series_ics, name="series_ics"),
    path("reunions/planifier/", scheduling.schedule, name="schedule"),
    path("reunions/planifiees/<uuid:series_id>/", scheduling.series, name="series"),
    path("reunions/planifiees/<uuid:series_id>/repondre/", invitations.answer_series, name="answer_series"),
    path("reunions/planifiees/<uuid:series_id>/modifier/", scheduling.change_series, name="change_series"),
    path("reunions/planifiees/<uuid:series_id>/annuler/", scheduling.cancel_series, name="cancel_series"),
    path("reunions/planifiees/<uuid:series_id>/retablir/", scheduling.restore_series, name="restore_series"),
    path(
        "reunions/planifiees/<uuid:series_id>/invites/<uuid:invitation_id>/",
        scheduling.change_invitation,
        name="change_invitation",
    ),
    path("reunions/dates/<uuid:occurrence_id>/modifier/", scheduling.change_occurrence, name="change_occurrence"),
    path("reunions/dates/<uuid:occurrence_id>/annuler/", scheduling.cancel_occurrence, name="cancel_occurrence"),
    path("reunions/dates/<uuid:occurrence_id>/retablir/", scheduling.restore_occurrence, name="restore_occurrence"),
]
