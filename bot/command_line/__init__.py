"""The commands of ``heard``, a file each: the only part that knows both the bot and its adapters."""
