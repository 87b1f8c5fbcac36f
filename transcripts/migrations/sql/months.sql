-- The month of a line is that of its recording's beginning: kept here, whoever writes lines, so that none is missed by the search.
CREATE FUNCTION month_number(at timestamptz) RETURNS int IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
  SELECT (12 * extract(year FROM at AT TIME ZONE 'UTC') + extract(month FROM at AT TIME ZONE 'UTC'))::int
$$;
CREATE FUNCTION segment_put_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT month_number(recording.started_at) INTO STRICT NEW.month
  FROM transcripts_transcription AS transcription JOIN meetings_recording AS recording ON recording.id = transcription.recording_id
  WHERE transcription.id = NEW.transcription_id;
  RETURN NEW;
END $$;
CREATE FUNCTION recording_moves_months() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE transcripts_segment SET month = month_number(NEW.started_at)
  WHERE transcription_id IN (SELECT id FROM transcripts_transcription WHERE recording_id = NEW.id);
  RETURN NULL;
END $$;
UPDATE transcripts_segment AS segment SET month = month_number(recording.started_at)
FROM transcripts_transcription AS transcription JOIN meetings_recording AS recording ON recording.id = transcription.recording_id
WHERE transcription.id = segment.transcription_id;
CREATE TRIGGER segment_has_its_month BEFORE INSERT OR UPDATE OF month, transcription_id ON transcripts_segment
  FOR EACH ROW EXECUTE FUNCTION segment_put_month();
CREATE TRIGGER recording_moves_its_lines AFTER UPDATE OF started_at ON meetings_recording
  FOR EACH ROW WHEN (OLD.started_at IS DISTINCT FROM NEW.started_at) EXECUTE FUNCTION recording_moves_months();
