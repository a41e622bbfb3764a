"""Answers and suggestions in any chat, while somebody types behind our name."""
