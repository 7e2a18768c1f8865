"""How the trust's figures are put together. Plain Python."""
