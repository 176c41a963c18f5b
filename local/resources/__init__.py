"""The resources of a template on this machine. Importing the package registers the makers of all types."""

from local.resources import apis, compute, data, messaging, nothing, users
from local.resources.loading import EnvironmentDisagreementError, Loading, UnsupportedResourceError, make

__all__ = [
    "EnvironmentDisagreementError",
    "Loading",
    "UnsupportedResourceError",
    "apis",
    "compute",
    "data",
    "make",
    "messaging",
    "nothing",
    "users",
]
