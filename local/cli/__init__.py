"""`idlewatt`: the operator API from a terminal. A client over HTTP that shares no code with what it asks."""
