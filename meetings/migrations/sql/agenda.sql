-- The agenda: two views say what each person sees, functions copy them, triggers call the functions.
-- In plpgsql, which keeps plans: a function in sql would be planned at each call.

CREATE VIEW meetings_planned_view AS
SELECT part.user_id, date.id AS occurrence_id, series.id AS series_id, series.room_id,
       date.start, date."end", bool_or(part.organises) AS organises, bool_or(part.awaits_answer) AS awaits_answer
FROM meetings_occurrence date
JOIN meetings_series series ON series.id = date.series_id
JOIN meetings_room room ON room.id = series.room_id
CROSS JOIN LATERAL (
    SELECT room.organiser_id AS user_id, true AS organises, false AS awaits_answer
    UNION ALL
    SELECT shared.user_id, true, false FROM meetings_roomorganiser shared WHERE shared.room_id = room.id
    UNION ALL
    SELECT invited.user_id, false, invited.answer = 'needs-action' FROM meetings_invitation invited
    WHERE invited.series_id = series.id AND invited.revoked_at IS NULL AND invited.user_id IS NOT NULL
) part
GROUP BY part.user_id, date.id, series.id;

CREATE VIEW meetings_held_view AS
SELECT part.user_id, meeting.id AS meeting_id, meeting.room_id, meeting.started_at AS start, meeting.ended_at AS "end",
       bool_or(part.organises) AS organises,
       EXISTS (SELECT FROM meetings_recording kept WHERE kept.meeting_id = meeting.id) AS recorded
FROM meetings_meeting meeting
JOIN meetings_room room ON room.id = meeting.room_id
CROSS JOIN LATERAL (
    SELECT room.organiser_id AS user_id, true AS organises
    UNION ALL
    SELECT shared.user_id, true FROM meetings_roomorganiser shared WHERE shared.room_id = room.id
    UNION ALL
    SELECT came.user_id, false FROM meetings_participation came
    WHERE came.meeting_id = meeting.id AND came.user_id IS NOT NULL
) part
GROUP BY part.user_id, meeting.id;

CREATE FUNCTION meetings_agenda_of_date(which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM meetings_agendaentry WHERE occurrence_id = which;
    INSERT INTO meetings_agendaentry (user_id, occurrence_id, start, "end", organises, awaits_answer, recorded)
    SELECT user_id, occurrence_id, start, "end", organises, awaits_answer, false
    FROM meetings_planned_view WHERE occurrence_id = which;
END
$$;

CREATE FUNCTION meetings_agenda_of_meeting(which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM meetings_agendaentry WHERE meeting_id = which;
    INSERT INTO meetings_agendaentry (user_id, meeting_id, start, "end", organises, awaits_answer, recorded)
    SELECT user_id, meeting_id, start, "end", organises, false, recorded
    FROM meetings_held_view WHERE meeting_id = which;
END
$$;

CREATE FUNCTION meetings_agenda_of_invitee(who uuid, which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM meetings_agendaentry USING meetings_occurrence date
    WHERE user_id = who AND occurrence_id = date.id AND date.series_id = which;
    INSERT INTO meetings_agendaentry (user_id, occurrence_id, start, "end", organises, awaits_answer, recorded)
    SELECT user_id, occurrence_id, start, "end", organises, awaits_answer, false
    FROM meetings_planned_view WHERE user_id = who AND series_id = which;
END
$$;

CREATE FUNCTION meetings_agenda_of_participant(who uuid, which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM meetings_agendaentry WHERE user_id = who AND meeting_id = which;
    INSERT INTO meetings_agendaentry (user_id, meeting_id, start, "end", organises, awaits_answer, recorded)
    SELECT user_id, meeting_id, start, "end", organises, false, recorded
    FROM meetings_held_view WHERE user_id = who AND meeting_id = which;
END
$$;

-- FOR UPDATE, against the FOR KEY SHARE of new dates: neither may miss the other.
CREATE FUNCTION meetings_agenda_of_organiser(who uuid, which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM meetings_room WHERE id = which FOR UPDATE;
    PERFORM FROM meetings_meeting WHERE room_id = which AND ended_at IS NULL FOR NO KEY UPDATE;
    DELETE FROM meetings_agendaentry USING meetings_occurrence date, meetings_series series
    WHERE user_id = who AND occurrence_id = date.id AND date.series_id = series.id AND series.room_id = which;
    DELETE FROM meetings_agendaentry USING meetings_meeting meeting
    WHERE user_id = who AND meeting_id = meeting.id AND meeting.room_id = which;
    INSERT INTO meetings_agendaentry (user_id, occurrence_id, start, "end", organises, awaits_answer, recorded)
    SELECT user_id, occurrence_id, start, "end", organises, awaits_answer, false
    FROM meetings_planned_view WHERE user_id = who AND room_id = which;
    INSERT INTO meetings_agendaentry (user_id, meeting_id, start, "end", organises, awaits_answer, recorded)
    SELECT user_id, meeting_id, start, "end", organises, false, recorded
    FROM meetings_held_view WHERE user_id = who AND room_id = which;
END
$$;

CREATE FUNCTION meetings_occurrence_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM meetings_agendaentry WHERE occurrence_id = OLD.id;
        RETURN NULL;
    END IF;
    PERFORM FROM meetings_room room JOIN meetings_series series ON series.room_id = room.id
    WHERE series.id = NEW.series_id FOR KEY SHARE OF room;
    PERFORM FROM meetings_series WHERE id = NEW.series_id FOR NO KEY UPDATE;
    PERFORM meetings_agenda_of_date(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_new_date AFTER INSERT OR DELETE ON meetings_occurrence
FOR EACH ROW EXECUTE FUNCTION meetings_occurrence_changed();
CREATE TRIGGER agenda_on_moved_date AFTER UPDATE ON meetings_occurrence FOR EACH ROW
WHEN ((OLD.start, OLD."end", OLD.series_id) IS DISTINCT FROM (NEW.start, NEW."end", NEW.series_id))
EXECUTE FUNCTION meetings_occurrence_changed();

CREATE FUNCTION meetings_series_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM meetings_room WHERE id = NEW.room_id FOR KEY SHARE;
    PERFORM meetings_agenda_of_date(id) FROM meetings_occurrence WHERE series_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_moved_series AFTER UPDATE ON meetings_series FOR EACH ROW
WHEN (OLD.room_id IS DISTINCT FROM NEW.room_id) EXECUTE FUNCTION meetings_series_changed();

CREATE FUNCTION meetings_invitation_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM meetings_series WHERE id = COALESCE(NEW.series_id, OLD.series_id) FOR NO KEY UPDATE;
    IF OLD.user_id IS NOT NULL THEN
        PERFORM meetings_agenda_of_invitee(OLD.user_id, OLD.series_id);
    END IF;
    IF NEW.user_id IS NOT NULL THEN
        PERFORM meetings_agenda_of_invitee(NEW.user_id, NEW.series_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_new_invitation AFTER INSERT OR DELETE ON meetings_invitation
FOR EACH ROW EXECUTE FUNCTION meetings_invitation_changed();
CREATE TRIGGER agenda_on_changed_invitation AFTER UPDATE ON meetings_invitation FOR EACH ROW
WHEN ((OLD.user_id, OLD.series_id, OLD.revoked_at) IS DISTINCT FROM (NEW.user_id, NEW.series_id, NEW.revoked_at))
EXECUTE FUNCTION meetings_invitation_changed();

-- Without a lock on the series: everybody answers at the same time.
CREATE FUNCTION meetings_invitation_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE meetings_agendaentry entry SET awaits_answer = NEW.answer = 'needs-action'
    FROM meetings_occurrence date
    WHERE entry.user_id = NEW.user_id AND entry.occurrence_id = date.id AND date.series_id = NEW.series_id
    AND NEW.revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_answer AFTER UPDATE ON meetings_invitation FOR EACH ROW
WHEN (OLD.answer IS DISTINCT FROM NEW.answer) EXECUTE FUNCTION meetings_invitation_answered();

CREATE FUNCTION meetings_organisers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM meetings_agenda_of_organiser(OLD.user_id, OLD.room_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM meetings_agenda_of_organiser(NEW.user_id, NEW.room_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_co_organiser AFTER INSERT OR UPDATE OR DELETE ON meetings_roomorganiser
FOR EACH ROW EXECUTE FUNCTION meetings_organisers_changed();

CREATE FUNCTION meetings_room_handed_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM meetings_agenda_of_organiser(OLD.organiser_id, NEW.id);
    PERFORM meetings_agenda_of_organiser(NEW.organiser_id, NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_new_organiser AFTER UPDATE ON meetings_room FOR EACH ROW
WHEN (OLD.organiser_id IS DISTINCT FROM NEW.organiser_id) EXECUTE FUNCTION meetings_room_handed_over();

CREATE FUNCTION meetings_meeting_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM meetings_agendaentry WHERE meeting_id = OLD.id;
    ELSE
        PERFORM meetings_agenda_of_meeting(NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_new_meeting AFTER INSERT OR DELETE ON meetings_meeting
FOR EACH ROW EXECUTE FUNCTION meetings_meeting_changed();
CREATE TRIGGER agenda_on_changed_meeting AFTER UPDATE ON meetings_meeting FOR EACH ROW
WHEN ((OLD.room_id, OLD.started_at, OLD.ended_at) IS DISTINCT FROM (NEW.room_id, NEW.started_at, NEW.ended_at))
EXECUTE FUNCTION meetings_meeting_changed();

CREATE FUNCTION meetings_participation_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM meetings_meeting WHERE id = COALESCE(NEW.meeting_id, OLD.meeting_id) FOR NO KEY UPDATE;
    IF OLD.user_id IS NOT NULL THEN
        PERFORM meetings_agenda_of_participant(OLD.user_id, OLD.meeting_id);
    END IF;
    IF NEW.user_id IS NOT NULL THEN
        PERFORM meetings_agenda_of_participant(NEW.user_id, NEW.meeting_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_participant AFTER INSERT OR DELETE ON meetings_participation
FOR EACH ROW EXECUTE FUNCTION meetings_participation_changed();
CREATE TRIGGER agenda_on_changed_participant AFTER UPDATE ON meetings_participation FOR EACH ROW
WHEN ((OLD.user_id, OLD.meeting_id) IS DISTINCT FROM (NEW.user_id, NEW.meeting_id))
EXECUTE FUNCTION meetings_participation_changed();

CREATE FUNCTION meetings_recording_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which uuid := COALESCE(NEW.meeting_id, OLD.meeting_id);
BEGIN
    PERFORM FROM meetings_meeting WHERE id = which FOR NO KEY UPDATE;
    UPDATE meetings_agendaentry SET recorded = EXISTS (SELECT FROM meetings_recording WHERE meeting_id = which)
    WHERE meeting_id = which;
    RETURN NULL;
END
$$;
CREATE TRIGGER agenda_on_recording AFTER INSERT OR DELETE ON meetings_recording
FOR EACH ROW EXECUTE FUNCTION meetings_recording_changed();

-- What was there before.
INSERT INTO meetings_agendaentry (user_id, occurrence_id, start, "end", organises, awaits_answer, recorded)
SELECT user_id, occurrence_id, start, "end", organises, awaits_answer, false FROM meetings_planned_view;
INSERT INTO meetings_agendaentry (user_id, meeting_id, start, "end", organises, awaits_answer, recorded)
SELECT user_id, meeting_id, start, "end", organises, false, recorded FROM meetings_held_view;

-- Rooms without a plan were made to last.
UPDATE meetings_room SET is_lasting = true
WHERE NOT EXISTS (SELECT FROM meetings_series series WHERE series.room_id = meetings_room.id);
