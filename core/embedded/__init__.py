"""A real PostgreSQL and a real Valkey from wheels, so that a fresh machine needs only Python.

Nothing here imports Django: these services start before it does.
"""

from core.embedded.failures import Unavailable
from core.embedded.services import Services, services

__all__ = ["Services", "Unavailable", "services"]
