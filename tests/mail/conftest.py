"""The night of on call, for mail that answers its pages."""

from tests.oncall.conftest import night, provider

__all__ = ["night", "provider"]
