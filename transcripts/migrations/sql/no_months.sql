DROP TRIGGER recording_moves_its_lines ON meetings_recording;
DROP TRIGGER segment_has_its_month ON transcripts_segment;
DROP FUNCTION recording_moves_months();
DROP FUNCTION segment_put_month();
DROP FUNCTION month_number(timestamptz);
