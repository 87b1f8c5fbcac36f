DROP TRIGGER consent_is_written_once ON meetings_consent;
DROP TRIGGER purpose_is_written_once ON meetings_purpose;
DROP TRIGGER purpose_stays ON meetings_purpose;
DROP FUNCTION ledger_refuse();
