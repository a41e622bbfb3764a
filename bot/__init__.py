"""The process: Telegram, terminal, storage; wires everything together."""
