-- At the end of their time, or by a request, what is written once goes too: SET LOCAL visio.erasing = 'on'.
CREATE OR REPLACE FUNCTION minutes_keep_recognised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('visio.erasing', true) = 'on' THEN
    RETURN NEW;
  END IF;
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

CREATE OR REPLACE FUNCTION minutes_refuse_when_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('visio.erasing', true) = 'on' THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM transcripts_transcription WHERE id = NEW.transcription_id AND stage = 'approved') THEN
    RAISE EXCEPTION 'approved minutes do not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
