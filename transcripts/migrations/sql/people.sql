-- Names may be erased from a seal, and nothing else.
CREATE TRIGGER sealed_person_stays BEFORE UPDATE ON transcripts_sealedperson FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'content' - 'user_id') IS DISTINCT FROM (to_jsonb(NEW) - 'content' - 'user_id')
        OR (NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content))
  EXECUTE FUNCTION minutes_refuse();
CREATE TRIGGER sealed_person_is_not_deleted BEFORE DELETE ON transcripts_sealedperson
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse_unless_erasing();
