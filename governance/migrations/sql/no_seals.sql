DROP TRIGGER seal_is_written_once ON governance_auditseal;
DROP TRIGGER seals_stay ON governance_auditseal;
