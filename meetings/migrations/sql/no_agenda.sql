-- Undoes agenda.sql. Functions take their triggers with them.

DROP FUNCTION meetings_agenda_of_date CASCADE;
DROP FUNCTION meetings_agenda_of_meeting CASCADE;
DROP FUNCTION meetings_agenda_of_invitee CASCADE;
DROP FUNCTION meetings_agenda_of_participant CASCADE;
DROP FUNCTION meetings_agenda_of_organiser CASCADE;
DROP FUNCTION meetings_occurrence_changed CASCADE;
DROP FUNCTION meetings_series_changed CASCADE;
DROP FUNCTION meetings_invitation_changed CASCADE;
DROP FUNCTION meetings_invitation_answered CASCADE;
DROP FUNCTION meetings_organisers_changed CASCADE;
DROP FUNCTION meetings_room_handed_over CASCADE;
DROP FUNCTION meetings_meeting_changed CASCADE;
DROP FUNCTION meetings_participation_changed CASCADE;
DROP FUNCTION meetings_recording_changed CASCADE;
DROP VIEW meetings_planned_view;
DROP VIEW meetings_held_view;
DELETE FROM meetings_agendaentry;
