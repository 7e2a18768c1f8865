"""How long each record is kept and what an archive holds, in plain Python."""
