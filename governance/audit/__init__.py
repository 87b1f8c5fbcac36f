"""The trail, beyond its table: its head is signed each day, and read out for whoever watches over the service."""
