DROP TRIGGER approved_items_are_not_added ON transcripts_item;
DROP TRIGGER approved_items_stay ON transcripts_item;
DROP TRIGGER item_change_stays ON transcripts_itemchange;
DROP TRIGGER sealed_item_stays ON transcripts_sealeditem;
DROP TRIGGER sealed_item_is_not_deleted ON transcripts_sealeditem;
DROP FUNCTION minutes_refuse_when_approved();
