"""The version of Idlewatt; pyproject.toml has the same."""

VERSION = "0.1.0"
