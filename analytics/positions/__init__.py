"""Contracts, sizes, liquidation and carry: the arithmetic of a position."""
