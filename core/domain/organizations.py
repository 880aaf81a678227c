"""The kinds of organization and the roles inside one."""

from enum import StrEnum


class OrganizationKind(StrEnum):
    """What an organization is on this site; it never changes."""

    CLIENT = "client"
    VENDOR = "vendor"
    ADVISORY = "advisory"


class Role(StrEnum):
    """What a member may do inside one organization."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
