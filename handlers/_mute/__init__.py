"""Words of /mute."""
