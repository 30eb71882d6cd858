"""One function per SQL statement: connection first, row types of bot.domain out."""
