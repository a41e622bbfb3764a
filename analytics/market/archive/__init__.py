"""Prices from a folder of files with a manifest, for work without a network and for the past."""

from analytics.market.archive.source import ArchivePrices

__all__ = ["ArchivePrices"]
