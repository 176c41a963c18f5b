"""Stations that lost their connections, against the quotas of an account: how long until all are back."""
