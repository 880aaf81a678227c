"""Every write of the vendor floor, by subject; those that upper floors call have their name here."""

from vendors.operations.directory import add_vendor
from vendors.operations.engagements import propose_engagement

__all__ = ["add_vendor", "propose_engagement"]
