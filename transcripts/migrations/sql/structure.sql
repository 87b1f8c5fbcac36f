-- Items of approved minutes do not change; what was done to items, and what was sealed of them, is written once.
CREATE FUNCTION minutes_refuse_when_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM transcripts_transcription WHERE id = NEW.transcription_id AND stage = 'approved') THEN
    RAISE EXCEPTION 'approved minutes do not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approved_items_are_not_added BEFORE INSERT ON transcripts_item
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse_when_approved();
CREATE TRIGGER approved_items_stay BEFORE UPDATE ON transcripts_item FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'by_id') IS DISTINCT FROM (to_jsonb(NEW) - 'by_id'))
  EXECUTE FUNCTION minutes_refuse_when_approved();
CREATE TRIGGER item_change_stays BEFORE UPDATE ON transcripts_itemchange FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'by_id') IS DISTINCT FROM (to_jsonb(NEW) - 'by_id')) EXECUTE FUNCTION minutes_refuse();
CREATE TRIGGER sealed_item_stays BEFORE UPDATE ON transcripts_sealeditem FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'content' - 'speakers') IS DISTINCT FROM (to_jsonb(NEW) - 'content' - 'speakers')
        OR (NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content))
  EXECUTE FUNCTION minutes_refuse();
CREATE TRIGGER sealed_item_is_not_deleted BEFORE DELETE ON transcripts_sealeditem
  FOR EACH ROW EXECUTE FUNCTION minutes_refuse_unless_erasing();
