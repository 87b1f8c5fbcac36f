-- The recognised line is put aside before its first change, whoever changes it; what was put aside, the history of
-- changes, and what was approved are written once.
CREATE FUNCTION minutes_keep_recognised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM transcripts_transcription WHERE id = NEW.transcription_id AND stage = 'approved') THEN
    RAISE EXCEPTION 'approved minutes do not change' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.revision = 0 THEN
    INSERT INTO transcripts_recognisedline (line, transcription_id, index, start, "end", track_id, participation_id,
                                            speaker_name, assurance, voice, text, words)
    VALUES (OLD.id, OLD.transcription_id, OLD.index, OLD.start, OLD."end", OLD.track_id, OLD.participation_id,
            OLD.speaker_name, OLD.assurance, OLD.voice, OLD.text, OLD.words)
    ON CONFLICT (line) DO NOTHING;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER recognised_line_is_kept BEFORE UPDATE ON transcripts_segment FOR EACH ROW
  WHEN ((OLD.revision, OLD.start, OLD."end", OLD.speaker_name, OLD.assurance, OLD.voice, OLD.text, OLD.words, OLD.track_id)
        IS DISTINCT FROM
        (NEW.revision, NEW.start, NEW."end", NEW.speaker_name, NEW.assurance, NEW.voice, NEW.text, NEW.words, NEW.track_id))
  EXECUTE FUNCTION minutes_keep_recognised();

CREATE FUNCTION minutes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER recognised_line_stays BEFORE UPDATE ON transcripts_recognisedline
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse();
CREATE TRIGGER edit_stays BEFORE UPDATE ON transcripts_edit FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'by_id') IS DISTINCT FROM (to_jsonb(NEW) - 'by_id')) EXECUTE FUNCTION minutes_refuse();
CREATE TRIGGER line_change_stays BEFORE UPDATE ON transcripts_linechange
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse();
CREATE TRIGGER approved_version_stays BEFORE UPDATE ON transcripts_approvedversion FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'approved_by_id') IS DISTINCT FROM (to_jsonb(NEW) - 'approved_by_id'))
  EXECUTE FUNCTION minutes_refuse();
-- Words may be erased, and nothing else.
CREATE TRIGGER sealed_line_stays BEFORE UPDATE ON transcripts_sealedline FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'content' - 'participation_id') IS DISTINCT FROM (to_jsonb(NEW) - 'content' - 'participation_id')
        OR (NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content))
  EXECUTE FUNCTION minutes_refuse();

-- Whole versions go at the end of their time only, by who says so: SET LOCAL visio.erasing = 'on'.
CREATE FUNCTION minutes_refuse_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('visio.erasing', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION '% is not taken back', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER approved_version_is_not_deleted BEFORE DELETE ON transcripts_approvedversion
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse_unless_erasing();
CREATE TRIGGER sealed_line_is_not_deleted BEFORE DELETE ON transcripts_sealedline
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse_unless_erasing();
