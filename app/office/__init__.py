"""Sở Nội vụ's letter-box: announcements and guides go out, proposals and questions come in and are talked over."""
