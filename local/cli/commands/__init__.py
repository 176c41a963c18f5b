"""The commands, a module per resource of the operator API. What only some of them need is imported late."""
