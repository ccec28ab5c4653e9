"""What agents do with a ticket of any kind: lists, the record, writing, bulk changes."""
