"""The clocks of a ticket: started and stopped by events, held by pauses, moved by extensions."""
